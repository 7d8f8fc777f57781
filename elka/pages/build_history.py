"""The history of a draft: who changed what and when, with a way back."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.build import BuildState
from elka.state.build_history import BuildHistoryState, EditRow

SHEET = "history"


def turn_buttons() -> rx.Component:
    """Draw the buttons that take back, bring back and open the history; Ctrl+Z and Ctrl+Shift+Z press them."""
    row, state = BuildState.row, BuildHistoryState

    def turn(
        icon_name: str, verb: str, keys: str, codes: str, what: rx.Var, on_click: rx.event.EventType
    ) -> rx.Component:
        name = rx.cond(what != "", f"{verb} ({keys}): " + what, f"{verb}: нечего")
        return rx.el.button(
            ui.icon(icon_name),
            ui.hidden(name),
            type="button",
            title=name,
            disabled=what == "",
            on_click=on_click,
            custom_attrs={"data-key": codes},
            class_name="btn btn-plain btn-icon",
        )

    return rx.fragment(
        turn("undo-2", "Отменить", "Ctrl+Z", "mod+z", row.undo, state.undo),
        turn("redo-2", "Вернуть", "Ctrl+Shift+Z", "mod+shift+z mod+y", row.redo, state.redo),
        ui.icon_button("history", "История правок", on_click=state.open, **ui.opens(SHEET)),
    )


def history_sheet() -> rx.Component:
    """Draw the panel."""
    state = BuildHistoryState
    return rx.fragment(
        ui.side_sheet(
            rx.cond(
                state.opened & (state.status == "loading"),
                ui.skeleton("rows", 4),
                rx.cond(
                    state.rows.length() > 0,
                    rx.el.ol(rx.foreach(state.rows, _row), class_name="edits"),
                    ui.empty_state("Правок пока нет", "Здесь будет видно, кто и что изменил.", boxed=False),
                ),
            ),
            dialog_id=SHEET,
            title="История правок",
            on_close=state.close,
        ),
        ui.pulse(state.beat, seconds=rx.cond(state.opened, 3, 0)),
    )


def _row(row: EditRow) -> rx.Component:
    state = BuildHistoryState
    return rx.el.li(
        ui.avatar(row.initials, tone=row.tone, size="s"),
        rx.el.div(
            rx.el.p(row.text, class_name=rx.cond(row.taken_back, "edit-text is-back", "edit-text")),
            rx.el.p(row.who, " · ", row.when, " · ", row.step, class_name="muted small"),
        ),
        rx.cond(
            row.can,
            ui.button(
                rx.cond(row.taken_back, "Вернуть", "Отменить"),
                ui.hidden(": ", row.text),
                kind="quiet",
                on_click=state.turn(row.id),
                class_name="edit-turn",
            ),
        ),
        key=row.id.to_string(),
    )
