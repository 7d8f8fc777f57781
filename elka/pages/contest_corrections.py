"""Correcting the words of an announced contest's form."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.contest_corrections import LENGTHS, ContestCorrectionsState, WordsRow


def corrections() -> rx.Component:
    """Draw the words of the form, each with a button that opens it; nothing when they stand still."""
    state = ContestCorrectionsState
    return rx.cond(
        state.rows.length() > 0,
        ui.card(
            rx.el.details(
                rx.el.summary(ui.icon("chevron-right"), "Уточнить слова формы заявки"),
                rx.el.p(
                    "Поля, их вид и пределы не меняются. Названия, подсказки и примеры можно поправить: кто пишет заявку, "
                    "увидит их сразу, кто уже подал — останется со своей версией. Правка будет видна всем в истории.",
                    class_name="lead-line",
                ),
                rx.el.ul(rx.foreach(state.rows, _row), class_name="lines"),
                class_name="preview",
            ),
            _dialog(),
            class_name="extra",
        ),
    )


def _row(row: WordsRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.cond(row.is_section, rx.el.strong(row.label), rx.el.span(row.label)),
            rx.cond(row.hint != "", rx.el.span(row.hint, class_name="field-hint cell-note")),
        ),
        ui.icon_button("pencil-line", "Поправить: " + row.label, on_click=ContestCorrectionsState.pick(row.key)),
    )


def _dialog() -> rx.Component:
    state = ContestCorrectionsState
    picked, key = state.picked, state.taken.to_string()
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "label",
                "Название поля",
                default_value=picked.label,
                count_to=LENGTHS["label"],
                error=state.errors["label"],
                key="label" + key,
            ),
            ui.text_area(
                "hint",
                "Подсказка",
                default_value=picked.hint,
                count_to=LENGTHS["hint"],
                required=False,
                rows=3,
                error=state.errors["hint"],
                key="hint" + key,
            ),
            rx.cond(
                ~picked.is_section,
                ui.text_area(
                    "example",
                    "Пример ответа",
                    default_value=picked.example,
                    count_to=LENGTHS["example"],
                    required=False,
                    rows=2,
                    error=state.errors["example"],
                    key="example" + key,
                ),
            ),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Поправить"),
                class_name="dialog-actions",
            ),
            on_submit=state.save,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id="correct",
        title="Уточнить слова",
    )
