"""The commission's marks, as the officials of a contest enter them from its signed sheets."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_frame import contest_header, contest_page
from elka.pages.contest_parts import criterion_item
from elka.state.score_rows import SHEETS, Column, MarkCell, ScoreRow
from elka.state.scores import ScoresState
from elka.state.viewer import ViewerState

FEW = 10  # rows that need no scrolling of their own


def scores_page() -> rx.Component:
    """Draw the table of marks."""
    state = ScoresState
    return contest_page(state, _scores(), rows=8)


def _scores() -> rx.Component:
    state = ScoresState
    head = state.head
    contest = "/office/contests/" + head.id.to_string()
    return rx.fragment(
        contest_header(
            head,
            "Оценки комиссии",
            crumb="Оценки",
            actions=[rx.cond(head.term != "", ui.badge(head.term, "amber", "clock"), rx.fragment())],
        ),
        rx.cond(
            head.note_title != "",
            ui.notice(
                head.note,
                title=head.note_title,
                icon_name="info",
                actions=[ui.link_button("К конкурсу", href=contest, kind="tint")],
            ),
        ),
        rx.cond(head.is_shown, _sheet()),
    )


def _sheet() -> rx.Component:
    state = ScoresState
    head = state.head
    return rx.fragment(
        ui.card(
            ui.progress_line(head.percent, "Оценено заявок", figure=head.progress, of="оценено", share=head.left),
            rx.cond(
                head.is_open,
                rx.el.div(
                    rx.el.p(
                        "Впишите среднее по подписанным листам: например, 4,37. Вниз по столбцу ведут Enter и стрелки, "
                        "столбец из таблицы можно вставить целиком. Голоса жителей здесь не видны.",
                        class_name="muted small",
                    ),
                    rx.el.p(state.saved, role="status", class_name="muted small nowrap"),
                    class_name="scores-how",
                ),
            ),
            class_name="stack stack-s",
        ),
        rx.cond(state.tabs.length() > 0, ui.link_tabs(state.tabs, state.address, label="Категории")),
        rx.cond(
            head.is_open,
            rx.el.div(
                ui.checkbox(
                    "only-left",
                    "Только без оценки",
                    switch=True,
                    checked=state.only_left,
                    on_change=state.show_left,
                ),
                class_name="scores-tools",
            ),
            rx.el.div(class_name="scores-tools"),
        ),
        rx.cond(
            state.rows.length() > 0,
            rx.fragment(
                _table(),
                rx.cond(state.pages.length() > 0, ui.pagination(state.page, state.pages, state.show_page)),
            ),
            ui.empty_state(
                "Здесь всё оценено",
                "Снимите отметку «Только без оценки», чтобы увидеть остальные.",
                icon_name="circle-check-big",
            ),
        ),
        rx.cond(
            state.criteria.length() > 0,
            ui.section(
                ui.card(rx.el.ul(rx.foreach(state.criteria, criterion_item), class_name="criteria-list")),
                title="Что значат оценки",
            ),
        ),
    )


def _table() -> rx.Component:
    state = ScoresState
    table = rx.el.table(
        rx.el.caption(ui.hidden("Оценки комиссии по критериям")),
        rx.el.thead(
            rx.el.tr(
                rx.el.th("Заявка", scope="col"),
                rx.el.th("Листов", rx.cond(state.head.least != "", _under(state.head.least)), scope="col"),
                rx.foreach(state.columns, _column),
                rx.el.th("Баллы", _under("из 100"), scope="col", class_name="is-end"),
            )
        ),
        rx.el.tbody(rx.foreach(state.rows, _row)),
        class_name="table table-cards scores",
    )
    return ui.card(
        rx.el.div(
            table,
            class_name=rx.cond(state.rows.length() > FEW, "table-box scores-box", "table-box"),
            tab_index=0,
            role="region",
            aria_label="Оценки комиссии",
            custom_attrs={"data-grid": ""},
        ),
        class_name="card-flush",
    )


def _column(column: Column) -> rx.Component:
    return rx.el.th(column.name, _under(column.note), scope="col")


def _under(text: Any) -> rx.Component:
    return rx.el.span(text, class_name="scores-note")


def _row(row: ScoreRow) -> rx.Component:
    state = ScoresState
    sheets = row.id.to_string() + "-" + SHEETS
    shut = row.is_own | ~state.head.is_open
    return rx.el.tr(
        rx.el.th(
            rx.el.span(row.number, class_name="faint small nowrap"),
            ui.link(row.title, href=row.href, class_name="scores-title"),
            rx.el.span(row.place, class_name="muted small"),
            rx.cond(
                row.is_own, rx.el.span("Ваш проект: оценки вносит другой сотрудник", class_name="scores-own small")
            ),
            scope="row",
        ),
        rx.el.td(
            _field(
                sheets,
                column=SHEETS,
                value=row.sheets,
                label="Подписанных листов",
                title=row.title,
                shut=shut,
                save=lambda typed: state.save_sheets(row.id, typed),
                whole=True,
            ),
            data_label="Листов",
        ),
        rx.foreach(
            row.cells,
            lambda cell: rx.el.td(_mark(row, cell, shut), data_label=cell.label + ", " + cell.note),
        ),
        rx.el.td(
            rx.el.strong(
                rx.cond(row.total != "", row.total, "—"),
                rx.cond(row.is_done, rx.fragment(ui.icon("circle-check"), ui.hidden(" оценена")), rx.fragment()),
                class_name="scores-total",
            ),
            class_name="is-end",
            data_label="Баллы из 100",
        ),
        key=row.id,
    )


def _mark(row: ScoreRow, cell: MarkCell, shut: rx.Var) -> rx.Component:
    return _field(
        cell.key,
        column=cell.column,
        value=cell.value,
        label=cell.label,
        title=row.title,
        shut=shut,
        save=lambda typed: ScoresState.save(row.id, cell.criterion, typed),
    )


def _field(
    key: Any, *, column: Any, value: rx.Var, label: Any, title: rx.Var, shut: rx.Var, save: Any, whole: bool = False
) -> rx.Component:
    state = ScoresState
    error = state.errors[key]
    return rx.el.div(
        rx.el.input(
            id="mark-" + key,
            default_value=value,
            input_mode="numeric" if whole else "decimal",
            auto_complete="off",
            enter_key_hint="next",
            max_length=8,
            class_name="input",
            disabled=shut,
            aria_label=label + ": " + title,
            aria_invalid=rx.cond(error, "true", "false"),
            aria_describedby="mark-" + key + "-error",
            custom_attrs={"data-column": column},
            on_change=lambda typed: save(typed).debounce(900),
            on_blur=save,
            key="mark-" + key + "-" + state.taken.to_string(),
        ),
        rx.el.p(error, id="mark-" + key + "-error", class_name="field-error", aria_live="polite"),
        class_name="scores-field",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/scores",
        scores_page,
        "Оценки комиссии — ЕЛКА",
        on_load=[ScoresState.load, ViewerState.load],
    ),
]
