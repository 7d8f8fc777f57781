"""The whole form of a contest, filled in by an official as a resident would: checked for real, kept nowhere."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.build_preview import tried_sections
from elka.pages.office import HOME
from elka.state.try_form import TryFormState
from elka.state.viewer import ViewerState


def try_page() -> rx.Component:
    """Draw the form to be tried."""
    state = TryFormState
    return ui.page(
        ui.screen(
            state, _tried(), waiting=ui.skeleton("text", 8), on_retry=state.load, missing="Конкурса нет", back=HOME
        ),
        active="office",
        width="form",
        bar=rx.cond(
            state.status == "ready",
            rx.fragment(
                ui.button("Проверить заявку", on_click=state.check),
                ui.link_button("К форме", href=state.back, kind="plain"),
            ),
        ),
    )


def _tried() -> rx.Component:
    state = TryFormState
    return rx.fragment(
        ui.page_header(
            "Форма заявки: проба",
            crumbs=[HOME, (state.title, state.back), ("Проба", "")],
            lead="Заполните её, как житель: условия, ограничения и смета проверяются по-настоящему. Ничего не сохраняется и не отправляется.",
        ),
        rx.el.div(
            ui.progress(state.done, "Заполнено обязательных полей", most=rx.cond(state.total > 0, state.total, 1)),
            rx.el.p("Обязательных заполнено: ", state.done, " из ", state.total, class_name="muted small"),
            class_name="stack stack-s tried-head",
        ),
        rx.cond(
            state.sections.length() > 0,
            ui.card(tried_sections(heads=2)),
            ui.empty_state("В форме пока нет полей", icon_name="list-plus"),
        ),
        rx.el.div(
            rx.cond(
                state.left > 0,
                ui.notice(
                    "Отмеченные поля не дали бы подать такую заявку. Они покраснели выше.", tone="warn", role="status"
                ),
                rx.cond(state.left == 0, ui.notice("Такую заявку можно подать.", tone="ok", role="status")),
            ),
            _acts(),
            class_name="stack",
        ),
    )


def _acts() -> rx.Component:
    state = TryFormState
    return rx.el.div(
        ui.button("Проверить заявку", on_click=state.check),
        ui.button("Начать заново", kind="quiet", on_click=state.clear),
        ui.link_button("К форме", href=state.back, kind="plain"),
        class_name="row row-s",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/try",
        try_page,
        "Проба формы заявки — ЕЛКА",
        on_load=[TryFormState.load, ViewerState.load],
    ),
]
