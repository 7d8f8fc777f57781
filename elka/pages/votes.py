"""The ballot of a contest."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.ballot_parts import compare_chosen, comparison, project_list
from elka.state.ballots import BallotState
from elka.state.viewer import ViewerState
from elka.state.votes import VotesState

CONFIRM, RECEIPT, CHOICE, CHECK = "ballot-confirm", "ballot-receipt", "ballot-choice", "ballot-check"


def ballot_page() -> rx.Component:
    """Draw the ballot."""
    state = BallotState
    return ui.page(
        ui.screen(
            state,
            _ballot(),
            waiting=rx.el.div(ui.skeleton("text", 2), ui.skeleton("rows", 5), class_name="stack stack-l"),
            on_retry=state.load,
            missing="Конкурса нет",
            missing_text="Возможно, адрес набран с ошибкой или конкурс ещё не объявлен.",
            back=("Все конкурсы", "/contests"),
        ),
        active="contests",
        bar=rx.cond((state.status == "ready") & state.head.may_choose, _bar(), rx.fragment()),
    )


def _ballot() -> rx.Component:
    head = BallotState.head
    here = "/contests/" + head.id.to_string()
    return rx.fragment(
        ui.ballot_keeper(
            contest=head.id,
            who=head.who,
            kind=head.kind,
            parts=BallotState.parts,
            mine=BallotState.mine,
            limit=head.limit,
            purse=head.purse,
            share=head.share,
            changeable=head.changeable,
            closes=head.closes_iso,
            now=head.now_iso,
            attempt=VotesState.attempt,
            accepted=VotesState.accepted,
            receipt_id=RECEIPT,
            challenge=VotesState.challenge,
            on_proven=lambda chosen, points, proof: VotesState.cast(head.id, chosen, points, proof),
            on_return=BallotState.again,
        ),
        ui.page_header(
            "Бюллетень",
            kicker=ui.link(head.title, href=here, class_name="quiet-link"),
            lead=rx.cond(head.may_choose, head.how_many + ".", ""),
            actions=[
                rx.cond(
                    head.term != "",
                    ui.badge(head.term, "amber", "clock"),
                    rx.fragment(),
                )
            ],
        ),
        rx.cond(
            head.notice_title != "",
            ui.notice(
                head.notice,
                title=head.notice_title,
                icon_name="info",
                actions=[
                    ui.link_button(head.mend, href=head.mend_href, kind="tint"),
                    rx.cond(
                        head.back != "",
                        ui.link_button("Зарегистрироваться", href="/sign-up" + head.back, kind="plain"),
                    ),
                ],
                class_name="ballot-notice",
            ),
        ),
        rx.el.div(
            rx.el.aside(_panel(), aria_label="Ваш выбор", class_name="ballot-aside"),
            rx.el.div(rx.cond(head.is_listed, project_list())),
            class_name="deed",
        ),
        _confirm(),
        _receipt(),
        _check(),
        ui.dialog(
            rx.el.div(
                rx.el.div(ui.ballot_count(), ui.ballot_dashes(), ui.ballot_group_counts(), class_name="stack stack-s"),
                ui.ballot_said(),
                ui.ballot_list(locked=~head.may_choose, empty="Пока ничего не выбрано."),
                rx.el.p(head.how_many, ". ", head.taking, class_name="muted small"),
                rx.cond(head.may_choose, compare_chosen()),
                class_name="stack",
            ),
            dialog_id=CHOICE,
            title="Ваш выбор",
        ),
        comparison(),
    )


def _panel() -> rx.Component:
    head = BallotState.head
    return rx.fragment(
        rx.cond(
            head.may_choose,
            ui.card(
                ui.ballot_dashes(),
                ui.ballot_group_counts(),
                rx.el.p(head.taking, class_name="muted small"),
                ui.ballot_list(),
                compare_chosen(),
                rx.el.hr(),
                rx.el.p(
                    head.rule,
                    " За что вы голосовали, не показывают никому; вы получите квитанцию, что голос учтён.",
                    class_name="muted small",
                ),
                ui.ballot_button(opens=CONFIRM, large=True),
                title="Ваш выбор",
                end=ui.ballot_count(),
                level=2,
                class_name="deed-card ballot-panel",
            ),
            rx.fragment(
                rx.cond(
                    head.receipt != "",
                    ui.card(
                        rx.el.p(
                            "Бюллетень принят ",
                            head.voted,
                            ". Ниже то, что в нём стоит; это видите только вы.",
                            class_name="muted small",
                        ),
                        ui.ballot_list(plain=True, sent=True),
                        title="Ваш бюллетень",
                        level=2,
                        class_name="deed-card",
                    ),
                ),
                ui.ballot_when(
                    "unsent",
                    ui.card(
                        rx.el.p(
                            "Этот выбор сохранился в вашем браузере, но не отправлен и не учтён.",
                            class_name="muted small",
                        ),
                        ui.ballot_list(plain=True),
                        title="Выбор не отправлен",
                        level=2,
                        class_name="deed-card",
                    ),
                ),
            ),
        ),
        rx.cond(
            _receipt_code() != "",
            ui.card(
                _receipt_line(),
                rx.el.p(
                    "По ней видно, что бюллетень учтён, и не видно, за что он. Проверить её можно на странице итогов.",
                    class_name="muted small",
                ),
                title="Квитанция",
                level=2,
                class_name="deed-card",
            ),
        ),
    )


def _receipt_code() -> Any:
    """Return the receipt just given, or the one of the ballot that was there."""
    return rx.cond(VotesState.contest == BallotState.head.id, VotesState.receipt, BallotState.head.receipt)


def _receipt_line() -> rx.Component:
    return rx.el.div(
        rx.el.code(_receipt_code(), class_name="receipt-code"),
        ui.copy_button("Скопировать", _receipt_code(), icon_name="copy"),
        class_name="receipt-line",
    )


def _confirm() -> rx.Component:
    """Ask once more; a guest, to whom sending is not open yet, is told what is left to do and that nothing is lost."""
    head = BallotState.head
    is_guest = head.back != ""
    return rx.el.dialog(
        ui.ballot_when(
            "some", rx.el.h2(rx.cond(is_guest, "Осталось войти", "Отправить бюллетень?"), id=CONFIRM + "-title")
        ),
        ui.ballot_when("none", rx.el.h2("Отозвать голоса?", id=CONFIRM + "-title")),
        rx.el.div(
            ui.ballot_when(
                "some",
                ui.ballot_list(plain=True),
                rx.el.p(
                    rx.cond(
                        is_guest,
                        "Голоса принимают у тех, кто вошёл: так у каждого он один. Выбор сохранён, после входа вы "
                        "вернётесь сюда, и останется отправить бюллетень.",
                        head.consequence,
                    )
                ),
            ),
            ui.ballot_when(
                "none",
                rx.el.p("Ваш бюллетень останется пустым и не будет учтён. Проголосовать заново можно до закрытия."),
            ),
            class_name="dialog-text ballot-confirm",
        ),
        rx.el.div(
            ui.button("Вернуться", kind="quiet", auto_focus=True, **ui.closes()),
            rx.cond(
                is_guest,
                ui.link_button("Войти", href="/sign-in" + head.back),
                ui.ballot_send(
                    "Отправить", on_send=lambda chosen, points: VotesState.cast(head.id, chosen, points, "")
                ),
            ),
            class_name="dialog-actions",
        ),
        id=CONFIRM,
        role="alertdialog",
        aria_labelledby=CONFIRM + "-title",
        class_name="dialog",
    )


def _check() -> rx.Component:
    return rx.el.dialog(
        rx.el.h2("Секунду", id=CHECK + "-title"),
        rx.el.div(
            ui.ballot_check(CHECK),
            rx.el.p(
                "Сейчас голосов приходит необычно много, поэтому ваше устройство решает небольшую задачу. Делать ничего "
                "не нужно: выбор сохранён, бюллетень уйдёт сам.",
                class_name="muted small",
            ),
            class_name="dialog-text stack",
        ),
        rx.el.div(ui.button("Не отправлять", kind="quiet", **ui.closes()), class_name="dialog-actions"),
        id=CHECK,
        aria_labelledby=CHECK + "-title",
        class_name="dialog",
    )


def _receipt() -> rx.Component:
    head = BallotState.head
    return ui.dialog(
        rx.cond(
            VotesState.receipt != "",
            rx.el.div(
                rx.el.span(ui.icon("check"), class_name="receipt-mark"),
                rx.el.p(
                    "Сохраните квитанцию. По ней всегда можно проверить, что бюллетень учтён. "
                    "За что вы голосовали, она не говорит никому."
                ),
                _receipt_line(),
                rx.el.p(head.rule, class_name="muted small"),
                class_name="stack",
            ),
            rx.el.p("Ваш бюллетень пуст и не учитывается. Проголосовать заново можно до закрытия."),
        ),
        rx.el.div(
            ui.link_button("К конкурсу", href="/contests/" + head.id.to_string(), kind="quiet"),
            ui.button("Готово", **ui.closes()),
            class_name="dialog-actions",
        ),
        dialog_id=RECEIPT,
        title=VotesState.said,
    )


def _bar() -> rx.Component:
    return rx.fragment(
        rx.el.button(
            ui.ballot_count(),
            ui.ballot_dashes(),
            ui.hidden("Показать выбранное"),
            type="button",
            class_name="ballot-bar",
            **ui.opens(CHOICE),
        ),
        ui.ballot_button(opens=CONFIRM),
    )


PAGES = [
    Page(
        "/contests/[contest_id]/vote",
        ballot_page,
        "Бюллетень — ЕЛКА",
        on_load=[BallotState.load, ViewerState.load],
        description="Выберите проекты и проголосуйте. За что вы голосовали, не показывают никому.",
    )
]
