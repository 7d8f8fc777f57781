"""The page behind an invitation to a group."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.joining import JoinState
from elka.state.viewer import ViewerState


def join_page() -> rx.Component:
    """Draw the project and the question."""
    state = JoinState
    return ui.page(
        ui.screen(
            state,
            _invitation(),
            waiting=rx.el.div(ui.skeleton("cards", 1), class_name="above-page"),
            on_retry=state.load,
            missing="Приглашение не действует",
            missing_text="Его закрыли, или срок вышел. Попросите автора прислать новое.",
            back=("Все проекты", "/projects"),
        ),
        active="cabinet",
        width="form",
    )


def _invitation() -> rx.Component:
    state = JoinState
    row = state.row
    return rx.el.article(
        ui.cover(row.cover, ui.badge(row.direction, "card"), eager=True),
        rx.el.div(
            rx.el.p("Вас зовут в инициативную группу", class_name="muted"),
            rx.el.h1(row.title, class_name="h2"),
            rx.el.div(ui.mark("map-pin", row.place), ui.mark("users-round", row.count), class_name="row"),
            rx.cond(row.summary != "", rx.el.p(row.summary)),
            rx.el.p("Приглашает ", rx.el.strong(row.author), class_name="muted"),
            rx.match(
                row.standing,
                ("author", _inside("Это ваш проект", "Отправьте эту ссылку соседям: здесь они подтвердят участие.")),
                ("member", _inside("Вы в инициативной группе", "Можно править проект вместе с автором.")),
                _question(),
            ),
            class_name="stack join-body",
        ),
        class_name="card card-flush join",
    )


def _inside(title: str, text: str) -> rx.Component:
    return rx.fragment(
        ui.notice(text, title=title, tone="ok"),
        ui.link_button("Открыть проект", href="/me/projects/" + JoinState.row.project_id.to_string(), full=True),
    )


def _question() -> rx.Component:
    state = JoinState
    return rx.fragment(
        rx.el.p(
            "Участник группы может править проект. Имя и фамилию на странице проекта увидят, только если вы разрешили "
            "публикацию имени в настройках; группа и автор видят их всегда.",
            class_name="muted small",
        ),
        rx.cond(
            state.row.signed_in,
            ui.button("Я вхожу в инициативную группу", large=True, full=True, on_click=state.join),
            ui.link_button(
                "Войти и вступить в группу", href="/sign-in?next=/join/" + state.row.token, large=True, full=True
            ),
        ),
        rx.cond(
            state.row.by_letter & state.row.signed_in,
            ui.button("Отказаться", kind="plain", full=True, on_click=state.decline),
        ),
    )


PAGES = [
    Page("/join/[invitation]", join_page, "Приглашение в группу — ЕЛКА", on_load=[JoinState.load, ViewerState.load])
]
