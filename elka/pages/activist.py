"""A resident's cabinet."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.activist import ActivistState, ApplicationRow, BallotRow, GroupRow, OwnRow
from elka.state.next_steps import TaskRow
from elka.state.viewer import ViewerState


def cabinet_page() -> rx.Component:
    """Draw the cabinet: what to do next, then one's own things."""
    state = ActivistState
    return ui.page(
        ui.screen(
            state,
            _cabinet(),
            waiting=rx.el.div(
                ui.skeleton("rows", 3), ui.skeleton("cards", 3), class_name="stack stack-l above-page bones"
            ),
            on_retry=state.load,
        ),
        active="cabinet",
    )


def _cabinet() -> rx.Component:
    state = ActivistState
    return rx.fragment(
        ui.page_header(
            "Здравствуйте, " + state.name,
            actions=[
                ui.link_button("Настройки", href="/me/settings", kind="quiet", icon_name="settings"),
                ui.link_button(
                    "Предложить идею", href="/projects/new", icon_name="lightbulb", class_name="not-on-phone"
                ),
            ],
        ),
        _next(),
        _projects(),
        _applications(),
        _ballots(),
        _groups(),
    )


def _next() -> rx.Component:
    state = ActivistState
    return ui.section(
        rx.cond(
            state.tasks.length() > 0,
            ui.things(rx.foreach(state.tasks, _task)),
            ui.card(
                rx.el.p(
                    "Срочного нет. Можно посмотреть, что предлагают соседи, или предложить своё.", class_name="muted"
                ),
                rx.el.div(
                    ui.link_button("Проекты соседей", href="/projects", kind="quiet"),
                    ui.link_button("Конкурсы", href="/contests", kind="quiet"),
                    class_name="row row-s",
                ),
                class_name="stack",
            ),
        ),
        title="Что делать дальше",
        class_name="first",
    )


def _task(task: TaskRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(_icon(task.icon), class_name=rx.cond(task.soon, "tile-icon is-soon", "tile-icon")),
        rx.el.div(
            rx.el.p(task.title, class_name="thing-title"),
            rx.el.p(task.note, class_name="thing-note"),
            rx.cond(
                task.until != "",
                rx.el.p(rx.cond(task.soon, ui.term(task.until), rx.el.span(task.until, class_name="muted small"))),
            ),
        ),
        rx.el.div(
            rx.cond(
                task.kind == "go",
                ui.link_button(task.action, href=task.href, kind="tint"),
                rx.el.div(
                    ui.button("Вступить", kind="tint", on_click=ActivistState.accept(task.kind, task.key)),
                    ui.button("Отказаться", kind="plain", on_click=ActivistState.decline(task.kind, task.key)),
                    class_name="row row-s",
                ),
            ),
            class_name="thing-end",
        ),
        class_name="thing task",
    )


def _icon(name: rx.Var) -> rx.Component:
    """Choose among the icons of tasks: a var as a name would bundle every icon there is."""
    known = ("mail", "user-round-plus", "file-pen-line", "vote", "trophy", "pencil-line", "hammer", "flag")
    return rx.match(name, *[(one, ui.icon(one)) for one in known], ui.icon("arrow-right"))


def _projects() -> rx.Component:
    state = ActivistState
    return ui.section(
        rx.cond(
            state.projects.length() > 0,
            rx.el.div(rx.foreach(state.projects, _project), class_name="grid"),
            ui.empty_state(
                "Своих проектов пока нет",
                "Что бы вы изменили рядом с домом? Двух абзацев достаточно, чтобы начать.",
                ui.link_button("Предложить идею", href="/projects/new", kind="tint", icon_name="lightbulb"),
                icon_name="lightbulb",
            ),
        ),
        title="Мои проекты",
    )


def _project(row: OwnRow) -> rx.Component:
    return ui.project_card(
        title=row.card.title,
        href=row.edit_href,
        cover_src=row.card.cover,
        place=row.card.place,
        status=row.card.status,
        tone=row.card.tone,
        foot=row.card.cost,
        end=row.role,
    )


def _applications() -> rx.Component:
    state = ActivistState
    return rx.cond(
        state.applications.length() > 0,
        ui.section(ui.things(rx.foreach(state.applications, _application)), title="Мои заявки"),
    )


def _application(row: ApplicationRow) -> rx.Component:
    return ui.thing(
        title=row.title,
        note=rx.cond(row.number != "", row.number + " · " + row.contest, row.contest),
        href=row.href,
        icon_name="file-text",
        end=ui.badge(row.status, row.tone),
    )


def _ballots() -> rx.Component:
    state = ActivistState
    return rx.cond(
        state.ballots.length() > 0,
        ui.section(
            ui.things(rx.foreach(state.ballots, _ballot)),
            rx.el.p(
                "Номер квитанции доказывает, что голос учтён. За кого вы голосовали, он не говорит.",
                class_name="muted small under",
            ),
            title="Мои голоса",
        ),
    )


def _ballot(row: BallotRow) -> rx.Component:
    return ui.thing(
        title=row.contest,
        note=rx.cond(row.open, "Голосование идёт · " + row.when, row.when),
        href=row.href,
        icon_name="vote",
        end=rx.el.span(ui.hidden("Квитанция "), row.receipt, class_name="receipt"),
    )


def _groups() -> rx.Component:
    state = ActivistState
    return rx.cond(
        state.groups.length() > 0,
        ui.section(ui.things(rx.foreach(state.groups, _group)), title="Группы, где я участвую"),
    )


def _group(row: GroupRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(ui.icon("users-round"), class_name="tile-icon"),
        rx.el.div(
            rx.el.p(ui.text_link(row.title, href=row.href), class_name="strong"),
            rx.el.p("Автор: ", row.author, rx.cond(row.duty != "", " · вы: " + row.duty, ""), class_name="thing-note"),
        ),
        rx.el.div(
            ui.confirm_button(
                "Выйти",
                dialog_id="leave-" + row.project_id.to_string(),
                title="Выйти из группы?",
                text="Править проект вы больше не сможете. Вернуться можно по приглашению автора.",
                confirm="Выйти",
                on_confirm=ActivistState.leave(row.project_id),
                kind="plain",
            ),
            class_name="thing-end",
        ),
        class_name="thing task",
    )


PAGES = [Page("/me", cabinet_page, "Мой кабинет — ЕЛКА", on_load=[ActivistState.load, ViewerState.load])]
