"""A voter's own annulled ballot."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.annulled import AnnulledState
from elka.state.viewer import ViewerState


def annulled_page() -> rx.Component:
    """Draw why the ballot was annulled, and the objection."""
    state = AnnulledState
    return ui.page(
        ui.screen(
            state,
            _ballot(),
            on_retry=state.load,
            missing="Такого бюллетеня нет",
            missing_text="Здесь видно только свой бюллетень, если его аннулировали.",
            back=("Кабинет", "/me"),
        ),
        active="cabinet",
        width="form",
    )


def _ballot() -> rx.Component:
    row = AnnulledState.row
    return rx.fragment(
        ui.page_header(
            "Ваш бюллетень",
            crumbs=[("Кабинет", "/me"), ("Ваш бюллетень", "")],
            kicker=ui.link(row.title, href="/contests/" + row.contest.to_string(), class_name="quiet-link"),
        ),
        rx.el.div(
            rx.cond(
                row.lifted != "",
                ui.notice(row.lifted, tone="ok"),
                ui.notice(
                    "Он не участвует в подсчёте. Решение приняли двое сотрудников, ",
                    row.when,
                    ".",
                    title="Бюллетень аннулирован",
                    tone="warn",
                ),
            ),
            ui.card(
                ui.facts(("Основание", row.ground), ("Пояснение", row.words), ("Квитанция", rx.el.code(row.receipt))),
                rx.el.p(
                    "Сотрудники не знают, за что вы голосовали, и не видят вашего имени: они смотрят на время, возраст "
                    "учётной записи и на то, приходили ли голоса с одного адреса.",
                    class_name="muted small",
                ),
                title="Почему",
                class_name="stack",
            ),
            rx.cond(row.objection != "", _said()),
            rx.cond(row.may_object, _form()),
            class_name="stack stack-l",
        ),
    )


def _said() -> rx.Component:
    row = AnnulledState.row
    return ui.card(
        rx.el.p(row.objection, class_name="pre-line"),
        rx.el.p("Отправлено ", row.objected, class_name="muted small"),
        rx.cond(
            row.answer != "",
            ui.notice(row.answer, title="Ответ"),
            rx.el.p("Его прочитают оба сотрудника, которые приняли решение. Ответ придёт в уведомлениях."),
        ),
        title="Ваше возражение",
        class_name="stack",
    )


def _form() -> rx.Component:
    state = AnnulledState
    return ui.card(
        rx.el.form(
            ui.text_area(
                "words",
                "Почему решение неверно",
                hint="Например: мы голосовали всей семьёй из дома. За что вы голосовали, писать не нужно.",
                rows=5,
                count_to=2000,
                error=state.errors["words"],
            ),
            rx.el.div(ui.submit("Отправить возражение"), class_name="form-actions"),
            on_submit=state.object_to,
            class_name="stack",
            no_validate=True,
        ),
        title="Возразить",
    )


PAGES = [
    Page(
        "/me/ballots/[contest_id]",
        annulled_page,
        "Ваш бюллетень — ЕЛКА",
        on_load=[AnnulledState.load, ViewerState.load],
    ),
]
