"""What came of comparing rules: a few sentences, the rules, the projects, the money, the reasons."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.what_if import WhatIfState
from elka.state.what_if_words import CellRow, LineRow, RuleRow, WhyRow
from elka.ui.rows import Column

_COLUMNS = (
    Column("name", "Правило"),
    Column("winners", "Победителей", end=True),
    Column("cost", "Потрачено", end=True),
    Column("rest", "Остаток", end=True),
    Column("seen", "Представлены", end=True),
    Column("each", "Побед на человека", end=True),
    Column("even", "Польза людям"),
    Column("places", "Мест с деньгами", end=True),
)


def picture() -> rx.Component:
    """Draw the whole picture."""
    state = WhatIfState
    shown = state.picture
    return rx.el.div(
        rx.el.section(
            rx.el.h2("Что получилось", id="picture", tab_index=-1),
            rx.el.p(shown.title, class_name="muted"),
            rx.el.p(shown.facts, class_name="muted small"),
            rx.el.ul(rx.foreach(shown.summary, _sentence), class_name="what-if-summary"),
            ui.notice(shown.note, tone="warn", icon_name="flask-conical"),
            class_name="section what-if-head",
        ),
        ui.section(
            ui.data_table(_COLUMNS, state.rules, _rule, caption="Правила рядом"),
            rx.el.p(
                "Представлены — голосующие, у которых победил хотя бы один их проект. Польза людям — как поделены деньги "
                "проектов, которые человек поддержал и которые победили.",
                class_name="muted small lead-line",
            ),
            rx.el.div(
                ui.link_button(
                    "Скачать таблицу, CSV",
                    href="/office/contests/" + state.row.id.to_string() + "/what-if/" + shown.key + ".csv",
                    kind="tint",
                    icon_name="download",
                    native=True,
                ),
                class_name="form-actions",
            ),
            title="Правила рядом",
        ),
        _matrix(),
        _money(),
        _why(),
        class_name="what-if-picture",
    )


def _sentence(text: rx.Var) -> rx.Component:
    return rx.el.li(text)


def _rule(row: RuleRow) -> tuple[rx.Component | rx.Var, ...]:
    return (
        rx.el.span(
            row.name,
            rx.cond(row.own, rx.fragment(" ", ui.badge("сейчас в конкурсе", "green"))),
            rx.el.span(row.note, class_name="field-hint what-if-note"),
        ),
        row.winners,
        rx.el.span(row.cost, class_name="nowrap"),
        rx.el.span(row.rest, class_name="nowrap"),
        rx.el.span(
            rx.el.strong(row.represented, class_name="nowrap"),
            rx.cond(row.least != "", rx.el.span("хуже всех ", row.least, class_name="field-hint")),
        ),
        rx.el.span(row.each, rx.el.span(row.each_money, class_name="field-hint nowrap")),
        rx.el.span(row.even, rx.cond(row.lower != "", rx.el.span(row.lower, class_name="field-hint"))),
        rx.el.span(row.places, class_name="nowrap"),
    )


def _matrix() -> rx.Component:
    state = WhatIfState
    return ui.section(
        rx.el.div(
            ui.checkbox(
                "disputed",
                "Только где правила расходятся",
                switch=True,
                checked=state.only_disputed,
                on_change=state.show_disputed,
            ),
            rx.el.p(state.found, class_name="muted", aria_live="polite"),
            class_name="toolbar what-if-filter",
        ),
        rx.cond(
            state.rows.length() > 0,
            rx.fragment(
                rx.el.div(
                    rx.el.table(
                        rx.el.caption(ui.hidden("Проекты и правила")),
                        rx.el.thead(
                            rx.el.tr(
                                rx.el.th("Проект", scope="col"),
                                rx.foreach(state.rules, _head),
                                rx.el.th("Побеждает", scope="col"),
                            )
                        ),
                        rx.el.tbody(rx.foreach(state.rows, _line)),
                        class_name="table matrix",
                    ),
                    class_name="card card-flush table-box",
                    tab_index=0,
                    role="region",
                    aria_label="Проекты и правила",
                ),
                rx.cond(state.pages > 1, ui.pagination(state.page_number, state.window, state.turn_to)),
            ),
            ui.empty_state(
                "Правила не расходятся",
                "По каждому правилу побеждают одни и те же проекты.",
                ui.button("Показать все проекты", kind="tint", on_click=state.show_disputed(False)),
                icon_name="equal",
            ),
        ),
        title="Кто по какому правилу побеждает",
    )


def _head(row: RuleRow) -> rx.Component:
    return rx.el.th(row.short, ui.hidden(" (", row.name, ")"), scope="col")


def _line(row: LineRow) -> rx.Component:
    return rx.el.tr(
        rx.el.th(
            rx.el.button(
                row.title,
                type="button",
                class_name="link what-if-project",
                on_click=WhatIfState.ask_why(row.id),
                aria_haspopup="dialog",
            ),
            rx.el.span(row.about, class_name="field-hint"),
            scope="row",
        ),
        rx.foreach(row.cells, _cell),
        rx.el.td(row.agreed, class_name="nowrap matrix-agreed"),
    )


def _cell(cell: CellRow) -> rx.Component:
    return rx.el.td(
        rx.cond(
            cell.won,
            rx.fragment(ui.icon("check"), ui.hidden("победил")),
            rx.fragment(rx.el.span("—", aria_hidden="true"), ui.hidden("не победил")),
        ),
        rx.el.span(cell.name, class_name="matrix-name"),
        class_name=rx.cond(cell.won, "matrix-cell is-won", "matrix-cell"),
    )


def _money() -> rx.Component:
    state = WhatIfState
    return ui.section(
        rx.el.div(
            rx.el.label("Правило", html_for="money-rule", class_name="field-label"),
            rx.el.div(
                rx.el.select(
                    rx.foreach(state.rules, lambda one: rx.el.option(one.name, value=one.key)),
                    id="money-rule",
                    value=state.rule,
                    on_change=state.spread_by,
                    class_name="input",
                ),
                ui.icon("chevron-down"),
                class_name="input-box",
            ),
            class_name="field what-if-rule",
        ),
        rx.el.div(
            rx.cond(
                (state.money_places.length() > 0) | (state.places_without != ""),
                ui.card(
                    ui.spread_bars(
                        state.money_places, caption="Деньги по местам", of="Место", fair="справедливая доля по людям"
                    ),
                    _without(state.places_without),
                    rx.el.p(state.money_note, class_name="muted small lead-line"),
                    title="По местам",
                ),
            ),
            rx.cond(
                (state.money_directions.length() > 0) | (state.directions_without != ""),
                ui.card(
                    ui.spread_bars(
                        state.money_directions, caption="Деньги по направлениям", of="Направление", fair="доля голосов"
                    ),
                    _without(state.directions_without),
                    rx.el.p("Чёрточка — доля голосов за проекты направления.", class_name="muted small lead-line"),
                    title="По направлениям",
                ),
            ),
            class_name="turnout",
        ),
        title="Кому достаются деньги",
    )


def _without(text: rx.Var) -> rx.Component:
    return rx.cond(text != "", rx.el.p(text, class_name="muted lead-line"))


def _why() -> rx.Component:
    state = WhatIfState
    return ui.dialog(
        rx.el.p(state.project_about, class_name="muted"),
        rx.el.ul(rx.foreach(state.reasons, _reason), class_name="what-if-reasons"),
        dialog_id="what-if-why",
        title=state.project,
        wide=True,
    )


def _reason(row: WhyRow) -> rx.Component:
    return rx.el.li(
        rx.cond(row.won, ui.badge("Победил", "green", "check"), ui.badge("Нет", "grey")),
        rx.el.div(rx.el.strong(row.name), rx.el.p(row.why, class_name="muted")),
    )
