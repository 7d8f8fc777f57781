"""Mutually exclusive projects of a contest in the hands of its officials."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_frame import contest_header, contest_page
from elka.state.exclusive import ExclusiveState
from elka.state.exclusive_rows import GroupRow, RivalRow, SuggestionRow
from elka.state.viewer import ViewerState

EDITOR = "exclusive-group"


def exclusive_page() -> rx.Component:
    """Draw the groups, and what is suggested to be one."""
    state = ExclusiveState
    return contest_page(state, _exclusive(), rows=6)


def _exclusive() -> rx.Component:
    state = ExclusiveState
    head = state.head
    return rx.fragment(
        contest_header(
            head,
            "Взаимоисключающие проекты",
            lead="Два проекта одного двора или участка: победит не больше одного, голосовать можно за любые.",
            actions=[rx.cond(head.is_open, ui.button("Новая группа", icon_name="plus", on_click=state.begin))],
        ),
        rx.cond(head.note != "", ui.notice(head.note, icon_name="lock")),
        rx.cond(state.suggestions.length() > 0, _suggestions()),
        ui.section(
            rx.cond(
                state.groups.length() > 0,
                rx.el.ul(rx.foreach(state.groups, _group), class_name="exclusive-list", role="list"),
                ui.empty_state(
                    "Групп нет",
                    rx.cond(
                        head.is_open,
                        "Все проекты этого конкурса могут победить вместе. Если два спорят за одно место, отметьте их.",
                        "Все проекты этого конкурса могут победить вместе.",
                    ),
                    icon_name="split",
                ),
            ),
            title="Отмеченные группы",
        ),
        rx.cond(head.is_open, _editor()),
    )


def _suggestions() -> rx.Component:
    state = ExclusiveState
    return ui.section(
        rx.el.p(
            "Сайт нашёл проекты, похожие местом или названием. Решаете вы: отметьте группу или скажите, что проекты "
            "друг другу не мешают.",
            class_name="muted exclusive-lead",
        ),
        rx.el.ul(rx.foreach(state.suggestions, _suggestion), class_name="exclusive-list", role="list"),
        rx.cond(state.head.more != "", rx.el.p(state.head.more, class_name="muted small")),
        title="Посмотрите: возможно, исключают друг друга",
    )


def _suggestion(row: SuggestionRow) -> rx.Component:
    state = ExclusiveState
    return rx.el.li(
        rx.el.p(ui.icon("scan-search"), row.why, class_name="exclusive-why"),
        _projects(row.projects),
        rx.el.div(
            ui.button("Отметить группу", kind="tint", icon_name="split", on_click=state.take(row.key)),
            ui.button("Не мешают друг другу", kind="quiet", on_click=state.see_apart(row.ids)),
            class_name="form-actions",
        ),
        class_name="card stack exclusive-card",
        key=row.key,
    )


def _group(row: GroupRow) -> rx.Component:
    state = ExclusiveState
    dialog_id = "dissolve-" + row.id.to_string()
    return rx.el.li(
        rx.el.h3("Победит не больше одного"),
        _projects(row.projects),
        rx.el.p(row.ground, class_name="exclusive-ground"),
        rx.cond(
            state.head.is_open,
            rx.el.div(
                ui.button("Изменить", kind="quiet", icon_name="pencil", on_click=state.edit(row.id)),
                ui.confirm_button(
                    "Распустить",
                    dialog_id=dialog_id,
                    title="Распустить группу?",
                    text="Проекты смогут победить вместе. Заявителям придёт письмо, в истории конкурса останется запись.",
                    confirm="Распустить",
                    on_confirm=state.dissolve(row.id),
                ),
                class_name="form-actions",
            ),
        ),
        class_name="card stack exclusive-card",
        key=row.id,
    )


def _projects(rows: Any) -> rx.Component:
    return rx.el.ul(rx.foreach(rows, _project), class_name="exclusive-projects", role="list")


def _project(row: RivalRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(row.number, class_name="muted nowrap"),
        rx.el.span(
            ui.text_link(row.title, href=row.office_href),
            rx.el.span(row.place, class_name="muted small"),
        ),
        key=row.id,
    )


def _editor() -> rx.Component:
    state = ExclusiveState
    key = state.taken.to_string()
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "numbers",
                "Номера заявок",
                hint="От 2 до 20, через запятую",
                default_value=state.form.numbers,
                error=state.errors["numbers"],
                input_mode="numeric",
                key="numbers" + key,
            ),
            ui.text_area(
                "ground",
                "Почему победит только один",
                hint="Это прочтут все: заявители, голосующие, на странице итогов",
                default_value=state.form.ground,
                rows=4,
                count_to=500,
                error=state.errors["ground"],
                key="ground" + key,
            ),
            rx.el.p(
                "Заявителям этих проектов придёт письмо. До открытия голосования группу можно изменить или распустить.",
                class_name="muted small",
            ),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Сохранить группу"),
                class_name="dialog-actions",
            ),
            on_submit=state.save,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id=EDITOR,
        title=state.form.title,
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/exclusive",
        exclusive_page,
        "Взаимоисключающие проекты — ЕЛКА",
        on_load=[ExclusiveState.load, ViewerState.load],
    ),
]
