"""The page for an address that leads nowhere."""

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.viewer import ViewerState


def missing_page() -> rx.Component:
    """Say that there is no such page and where to go."""
    return ui.page(
        ui.empty_state(
            "Адрес мог измениться, или в нём опечатка",
            "Поищите проект по названию или начните с главной.",
            ui.link_button("На главную", href="/"),
            ui.link_button("Все проекты", href="/projects", kind="quiet"),
            icon_name="map-pin-off",
        ),
        title="Такой страницы нет",
    )


PAGES = [Page("404", missing_page, "Такой страницы нет — ЕЛКА", on_load=[ViewerState.load])]
