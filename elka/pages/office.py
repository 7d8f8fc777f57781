"""The official's cabinet: what to do next, and the contests of the place."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.office import OfficeContest, OfficeState
from elka.state.office_mine import MineRow
from elka.state.office_tasks import TaskRow
from elka.state.viewer import ViewerState
from elka.ui.rows import Column, Tab

HOME = ("Кабинет организатора", "/office")


def office_page() -> rx.Component:
    """Draw the cabinet: what to do next, and the contests of the place."""
    state = OfficeState
    return ui.page(
        ui.screen(state, _cabinet(), waiting=ui.skeleton("rows", 5), on_retry=state.load),
        active="office",
    )


def _cabinet() -> rx.Component:
    state = OfficeState
    return rx.fragment(
        ui.page_header(
            "Кабинет организатора",
            kicker=state.place,
            actions=[ui.link_button("Новый конкурс", href="/office/contests/new", icon_name="plus")],
        ),
        ui.section(
            rx.cond(
                state.tasks.length() > 0,
                ui.things(rx.foreach(state.tasks, _task)),
                ui.empty_state(
                    "Всё сделано",
                    "Заявок без решения нет, итоги опубликованы. Когда появится дело, оно будет здесь первым.",
                    icon_name="circle-check-big",
                ),
            ),
            title="Что делать дальше",
        ),
        rx.cond(
            state.mine.length() > 0,
            ui.section(
                ui.things(rx.foreach(state.mine, _mine)),
                rx.el.ul(rx.foreach(state.mine_places, _mine_place), class_name="views mine-places"),
                title="Мои заявки",
            ),
        ),
        ui.section(
            ui.link_tabs(
                state.tabs, rx.cond(state.tab == "work", "/office", "/office?tab=past"), label="Какие конкурсы показать"
            ),
            rx.cond(
                state.contests.length() > 0,
                rx.fragment(
                    ui.data_table(
                        [
                            Column("title", "Конкурс"),
                            Column("stage", "Этап"),
                            Column("all", "Заявок", end=True),
                            Column("waiting", "Ждут решения", end=True),
                            Column("term", "Срок"),
                        ],
                        state.contests,
                        _contest_cells,
                        caption="Конкурсы",
                    ),
                    rx.cond(state.pages.length() > 0, ui.pagination(state.page, state.pages, state.show_page)),
                ),
                ui.empty_state(
                    "Конкурсов пока нет",
                    "Черновик заполнится за четверть часа: правила и сроки мы предложим.",
                    ui.link_button("Новый конкурс", href="/office/contests/new", kind="tint", icon_name="plus"),
                    icon_name="trophy",
                ),
            ),
            title="Конкурсы",
        ),
    )


def _task(task: TaskRow) -> rx.Component:
    return rx.el.li(
        rx.match(
            task.tone,
            ("red", rx.el.span(ui.icon("siren"), class_name="tile-icon tone-red")),
            ("amber", rx.el.span(ui.icon("hourglass"), class_name="tile-icon tone-amber")),
            rx.el.span(ui.icon("pencil-line"), class_name="tile-icon"),
        ),
        rx.el.div(
            rx.el.p(ui.link(task.title, href=task.href), class_name="thing-title"),
            rx.el.p(task.note, class_name="thing-note"),
        ),
        rx.el.div(
            rx.cond(task.term != "", ui.badge(task.term, task.tone)),
            rx.el.span(task.action, ui.icon("chevron-right"), class_name="more", aria_hidden="true"),
            class_name="thing-end",
        ),
        class_name="thing",
    )


def _mine(row: MineRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(ui.icon("file-text"), class_name="tile-icon"),
        rx.el.div(
            rx.el.p(ui.link(row.title, href=row.href), class_name="thing-title"),
            rx.el.p(row.note, class_name="thing-note"),
        ),
        rx.el.div(
            ui.badge(row.status, row.tone),
            rx.el.span(row.term, class_name=rx.cond(row.late, "late", "muted")),
            class_name="thing-end",
        ),
        class_name="thing",
    )


def _mine_place(place: Tab) -> rx.Component:
    return rx.el.li(
        ui.link(
            "Все мои: ", place.label, rx.el.span(place.count, class_name="count"), href=place.value, class_name="view"
        )
    )


def _contest_cells(row: OfficeContest) -> list[rx.Component]:
    return [
        rx.el.span(
            ui.text_link(row.title, href=row.href),
            rx.cond(row.place != "", rx.el.span(row.place, class_name="muted small cell-note")),
        ),
        ui.badge(row.status, row.tone),
        rx.el.span(row.applications),
        rx.cond(row.waiting != "", ui.badge(row.waiting, "amber"), rx.el.span("—", class_name="faint")),
        rx.el.span(row.end),
    ]


PAGES = [
    Page("/office", office_page, "Кабинет организатора — ЕЛКА", on_load=[OfficeState.load, ViewerState.load]),
]
