"""Reading one application in the office: the answers side by side, remarks, the decision."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.application_parts import print_link, revisions_list
from elka.pages.exclusive_parts import office_groups
from elka.pages.office import HOME
from elka.pages.review_dialogs import (
    admit_dialog,
    answer_form,
    compare_dialog,
    reject_dialog,
    return_dialog,
    waiting_list,
)
from elka.pages.review_parts import answers, appeal_card
from elka.state.admission import AdmissionState
from elka.state.viewer import ViewerState
from elka.ui.base import Child

KEYS = {
    "KeyJ": "#next-application",
    "KeyK": "#previous-application",
    "KeyA": "#ask-admit",
    "KeyR": "#ask-return",
    "KeyX": "#ask-reject",
}


# The dialog opens by the same press; then Enter admits.
_FOCUS = rx.call_script("setTimeout(() => document.getElementById('do-admit')?.focus(), 60)")


def review_page() -> rx.Component:
    """Draw one application for the office that decides on it."""
    state = AdmissionState
    return ui.page(
        rx.el.div(
            ui.screen(state, _review(), on_retry=state.load, missing="Заявки нет", back=HOME),
            class_name="wrap wrap-desk",
        ),
        active="office",
        width="full",
        bar=rx.cond((state.status == "ready") & (state.row.may_admit | state.row.may_return), _bar(), rx.fragment()),
    )


def _review() -> rx.Component:
    state = AdmissionState
    row = state.row
    return rx.el.div(
        ui.hotkeys(KEYS),
        ui.page_header(
            row.title,
            crumbs=[HOME, (row.contest, row.list_href)],
            kicker=ui.badge(row.status, row.tone),
        ),
        rx.el.div(
            rx.el.aside(_decision(), _unsent(), aria_label="Решение", class_name="stack"),
            rx.el.div(
                rx.foreach(state.appeals, appeal_card),
                rx.cond(row.may_answer, answer_form()),
                rx.cond(
                    row.ground != "",
                    ui.card(
                        rx.cond(row.ground_name != "", rx.el.p(ui.badge(row.ground_name, "red"))),
                        rx.el.p(row.ground, class_name="remarks"),
                        title="Последнее решение",
                        class_name="stack stack-s",
                    ),
                ),
                office_groups(
                    state.groups,
                    "/office/contests/" + row.contest_id.to_string() + "/exclusive",
                    is_over=row.is_published,
                ),
                _comparing(),
                answers(),
                ui.card(
                    revisions_list(state.revisions),
                    ui.text_link("Страница проекта", href="/projects/" + row.project_id.to_string()),
                    print_link(row.id),
                    title="История подачи",
                    class_name="revisions",
                ),
                class_name="stack",
            ),
            class_name="deed",
        ),
        rx.cond(row.may_admit, admit_dialog()),
        rx.cond(row.may_return, return_dialog()),
        rx.cond(row.may_reject, reject_dialog()),
        compare_dialog(),
        class_name="desk-read",
    )


def _comparing() -> rx.Component:
    """Draw what the application is compared with, and how to change that."""
    state = AdmissionState
    return rx.el.div(
        rx.cond(
            state.sides.length() > 0,
            ui.select_field(
                "vs",
                ui.hidden("Сравнить"),
                state.sides,
                blank="",
                value=state.side.versus,
                on_change=state.compare,
            ),
        ),
        ui.button("Сравнить с №…", kind="quiet", icon_name="columns-2", **ui.opens("compare")),
        rx.cond(
            state.side.kind == "revision",
            ui.button(
                rx.cond(state.changes_only, "Показать всё", "Только изменения"),
                kind="plain",
                on_click=state.turn_changes,
            ),
        ),
        class_name="read-tools",
    )


def _decision() -> rx.Component:
    state = AdmissionState
    row = state.row
    return ui.card(
        rx.el.div(
            rx.el.h2("Заявка № ", row.number, class_name="h3"),
            rx.el.span(rx.cond(row.place_in_line != "", row.place_in_line, "вне отбора"), class_name="muted"),
            class_name="row row-between",
        ),
        rx.el.nav(
            rx.cond(
                row.previous_href != "",
                ui.link_button(
                    "Назад",
                    _key("K"),
                    href=row.previous_href,
                    kind="plain",
                    icon_name="chevron-left",
                    id="previous-application",
                ),
                rx.el.span(),
            ),
            rx.cond(
                row.next_href != "",
                ui.link_button(
                    "Дальше",
                    _key("J"),
                    href=row.next_href,
                    kind="plain",
                    end_icon="chevron-right",
                    id="next-application",
                ),
                rx.el.span(),
            ),
            aria_label="Соседние заявки",
            class_name="row row-between",
        ),
        rx.cond(
            row.may_admit | row.may_return | row.may_reject,
            rx.el.div(_deeds(), class_name="stack stack-s"),
            rx.cond(
                row.why_not != "",
                ui.notice(row.why_not, tone="warn"),
                rx.cond(row.decided != "", rx.el.p("Решение принято ", row.decided, class_name="muted")),
            ),
        ),
        rx.cond(row.term != "", rx.el.p(row.term, class_name=rx.cond(row.late, "late", "term"))),
        rx.el.dl(
            _fact("Заявитель", row.applicant),
            rx.cond(row.in_name != "", _fact("От имени", row.in_name)),
            rx.cond(row.category != "", _fact("Категория", row.category)),
            _fact("Подана", row.submitted),
            _fact("Просит", row.amount),
            _fact("Вся смета", row.cost),
            _fact(
                "Доля конкурса", rx.el.span(row.share, class_name=rx.cond(row.share_wrong, "late", "")), row.share_limit
            ),
            _fact("Группа", row.group, row.group_limit),
            class_name="lines-list",
        ),
        rx.el.details(
            rx.el.summary(ui.icon("contact-round"), "Контакты заявителя"),
            rx.el.p(rx.el.a(row.email, href="mailto:" + row.email, class_name="link"), class_name="contact"),
            rx.el.p(rx.el.a(row.phone, href="tel:" + row.phone, class_name="link"), class_name="contact"),
            rx.el.p("То, что вы открыли эту заявку, записано в журнал.", class_name="muted small"),
            class_name="ready",
        ),
        _assignee(),
        class_name="stack",
    )


def _deeds() -> rx.Component:
    state = AdmissionState
    row = state.row
    looks = {"icon_name": "check", "full": True, "large": True}
    return rx.fragment(
        rx.cond(
            row.may_admit,
            rx.cond(
                state.waiting.length() > 0,
                ui.button("Допустить", _key("A"), **looks, **ui.opens("admit")),
                ui.button("Допустить", _key("A"), **looks, on_click=state.admit),
            ),
        ),
        rx.cond(
            row.may_return,
            ui.button(
                "Вернуть с замечаниями", _key("R"), kind="quiet", full=True, id="ask-return", **ui.opens("send-back")
            ),
        ),
        rx.cond(
            row.may_reject,
            ui.button("Отклонить", _key("X"), kind="danger-quiet", full=True, id="ask-reject", **ui.opens("reject")),
        ),
        # What the key presses: it always asks once, a stray key must not decide.
        rx.cond(
            row.may_admit,
            rx.el.button(type="button", id="ask-admit", hidden=True, on_click=_FOCUS, **ui.opens("admit")),
        ),
    )


def _key(letter: str) -> rx.Component:
    return rx.el.kbd(letter, class_name="only-wide", aria_hidden="true")


def _assignee() -> rx.Component:
    state = AdmissionState
    row = state.row
    return rx.el.div(
        rx.el.p(
            "Ведёт: ",
            rx.cond(row.assignee != "", rx.el.strong(rx.cond(row.is_mine, "вы", row.assignee)), "никто"),
        ),
        rx.cond(
            row.may_give,
            ui.menu(
                rx.foreach(
                    state.hands,
                    lambda hand: rx.el.button(
                        rx.el.span(hand.label, rx.el.span(hand.note, class_name="muted small cell-note")),
                        type="button",
                        class_name="menu-item",
                        on_click=state.give(hand.value),
                    ),
                ),
                label="Передать заявку",
                face=rx.fragment(ui.icon("user-round-check"), rx.cond(row.assignee != "", "Передать", "Назначить")),
            ),
        ),
        class_name="row row-between read-hands",
    )


def _fact(name: str, value: Child, limit: rx.Var | None = None) -> rx.Component:
    tail = [] if limit is None else [" ", rx.el.span(limit, class_name="faint small")]
    return rx.el.div(rx.el.dt(name), rx.el.dd(value, *tail))


def _bar() -> rx.Component:
    state = AdmissionState
    return rx.fragment(
        rx.cond(state.row.may_return, ui.button("Вернуть", kind="quiet", **ui.opens("send-back"))),
        rx.cond(
            state.row.may_admit,
            rx.cond(
                state.waiting.length() > 0,
                ui.button("Допустить", icon_name="check", class_name="grow", **ui.opens("admit")),
                ui.button("Допустить", icon_name="check", class_name="grow", on_click=state.admit),
            ),
        ),
    )


def _unsent() -> rx.Component:
    state = AdmissionState
    return rx.cond(
        state.waiting.length() > 0,
        ui.card(
            waiting_list(),
            rx.el.p(state.saved, class_name="muted small", role="status"),
            title="Неотправленные замечания",
            class_name="stack stack-s",
        ),
    )


PAGES = [
    Page(
        "/office/applications/[application_id]",
        review_page,
        "Заявка — ЕЛКА",
        on_load=[AdmissionState.load, ViewerState.load],
    ),
]
