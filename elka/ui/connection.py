"""When something of ours breaks: the link to the server is lost, or a page failed to draw. In Russian."""

from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.core.banner import has_connection_errors

from elka.ui.base import icon, spinner
from elka.ui.buttons import link_button
from elka.ui.media import route_focus


def connection_banner() -> rx.Component:
    """Say that the link is lost and being restored. For ``rx.App(app_wraps=…)``: see ``app_wraps``."""
    return rx.el.div(
        rx.cond(
            has_connection_errors,
            rx.el.div(
                spinner(),
                rx.el.span("Связь потеряна. Введённое сохранено на странице, пробуем соединиться…"),
                class_name="lost",
            ),
        ),
        role="status",
        aria_live="assertive",
    )


def error_fallback() -> rx.Component:
    """Stand in for a page that failed to draw."""
    return rx.el.main(
        rx.el.div(
            rx.el.span(icon("cloud-off"), class_name="tile-icon"),
            rx.el.h1("Страница сломалась по нашей вине"),
            rx.el.p("Обновите её. Если не поможет, вернитесь на главную: то, что вы отправили, уже сохранено."),
            rx.el.div(
                link_button("Обновить страницу", href="", native=True),
                link_button("На главную", href="/", kind="quiet", native=True),
                class_name="row row-s",
            ),
            class_name="blank is-failed",
            role="alert",
        ),
        class_name="wrap wrap-text",
    )


def app_wraps() -> dict[tuple[int, str], Any]:
    """Replace Reflex's English overlays: ``rx.App(app_wraps=ui.app_wraps())``."""
    fallback = rx.Var.create(error_fallback())
    return {
        (55, "ErrorBoundary"): lambda stateful: ErrorBoundary.create(
            fallback_render=fallback, **({} if stateful else {"on_error": rx.noop()})
        ),
        (5, "Overlay"): lambda stateful: rx.fragment(rx.memo(_overlay)()) if stateful else None,
    }


def _overlay() -> rx.Component:
    return rx.fragment(route_focus(), connection_banner())
