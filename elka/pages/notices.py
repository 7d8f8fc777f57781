"""One's own notices, and the switches of their kinds."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.notice_list import DayRow, NoticeRow, NoticesState
from elka.state.notice_settings import NoticeSettingsState, SwitchRow
from elka.state.viewer import ViewerState
from elka.ui import labels

HOME = ("Уведомления", "/me/notices")
ICONS = {
    "application": "file-text",
    "deadline": "alarm-clock",
    "result": "trophy",
    "contest": "megaphone",
    "group": "users-round",
    "office_application": "inbox",
    "office_task": "list-todo",
}


def notices_page() -> rx.Component:
    """List what has happened."""
    state = NoticesState
    return ui.page(
        ui.pulse(state.look),
        rx.match(
            state.status,
            ("ready", _list()),
            ("error", ui.error_state(text=state.fault, on_retry=state.load, level=2)),
            ui.skeleton("rows", 6),
        ),
        title="Уведомления",
        crumbs=(("Кабинет", "/me"), ("Уведомления", "")),
        actions=[
            ui.link_button("Настроить", href="/me/notices/settings", kind="quiet", icon_name="sliders-horizontal")
        ],
        active="cabinet",
        width="text",
    )


def _list() -> rx.Component:
    state = NoticesState
    return rx.el.div(
        rx.cond(
            state.tabs.length() > 0,
            ui.link_tabs(
                state.tabs,
                rx.cond(state.kind == "", "/me/notices", "/me/notices?kind=" + state.kind),
                label="Какие уведомления показать",
            ),
        ),
        rx.cond(
            state.fresh,
            ui.notice(
                title="Есть новые уведомления",
                tone="calm",
                icon_name="bell",
                actions=(ui.button("Показать", kind="tint", on_click=state.load),),
                role="status",
            ),
        ),
        rx.cond(state.days.length() > 0, _days(), _empty()),
        class_name="stack notices",
    )


def _days() -> rx.Component:
    state = NoticesState
    return rx.fragment(
        rx.foreach(state.days, _day),
        rx.cond(state.more, ui.more_button(on_click=state.show_more)),
        rx.cond(
            state.full,
            rx.el.p("Здесь последние 300 уведомлений. Более ранние — по видам, над списком.", class_name="muted small"),
        ),
    )


def _empty() -> rx.Component:
    return rx.cond(
        NoticesState.kind == "",
        ui.empty_state(
            "Пока тихо",
            "Здесь появится всё, что случится с вашими заявками, группой и конкурсами, где вы участвуете.",
            ui.link_button("Посмотреть конкурсы", href="/contests", kind="tint", icon_name="trophy"),
            icon_name="bell",
            level=2,
        ),
        ui.empty_state(
            "Таких уведомлений нет",
            "",
            ui.link_button("Показать все", href="/me/notices", kind="tint"),
            icon_name="bell",
            level=2,
        ),
    )


def _day(day: DayRow, index: rx.Var) -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h2(day.heading, class_name="h3"),
            rx.cond(
                (index == 0) & (NoticesState.unread > 0),
                ui.button(
                    "Прочитать все",
                    kind="plain",
                    icon_name="check-check",
                    on_click=NoticesState.read_all,
                ),
            ),
            class_name="notice-day",
        ),
        ui.things(rx.foreach(day.rows, _notice)),
        aria_label=day.heading,
    )


def _notice(row: NoticeRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.match(row.kind, *[(kind, ui.icon(name)) for kind, name in ICONS.items()], ui.icon("bell")),
            class_name="tile-icon",
            aria_hidden="true",
        ),
        rx.el.div(
            rx.el.p(
                ui.link(rx.cond(row.unread, ui.hidden("Не прочитано: "), ""), row.title, href=row.href),
                rx.cond(
                    row.count != "",
                    rx.el.span(ui.hidden("Таких событий: "), row.count, class_name="notice-count"),
                ),
                class_name="thing-title",
            ),
            rx.cond(row.text != "", rx.el.p(row.text, class_name="thing-note")),
            rx.el.p(row.when, class_name="notice-when"),
        ),
        rx.el.div(
            rx.cond(
                row.unread,
                ui.icon_button("check", "Прочитано: " + row.title, on_click=NoticesState.read(row.id)),
            ),
            class_name="thing-end",
        ),
        key=row.id.to_string(),
        class_name=rx.cond(row.unread, "thing notice-row is-unread", "thing notice-row"),
    )


def settings_page() -> rx.Component:
    """Switch kinds on and off."""
    state = NoticeSettingsState
    return ui.page(
        rx.match(
            state.status,
            ("ready", _switches()),
            ("error", ui.error_state(text=state.fault, on_retry=state.load, level=2)),
            ui.skeleton("rows", 6),
        ),
        title="Какие уведомления присылать",
        lead=labels.typographer(
            "Переключатель действует сразу. Важное всё равно видно в кабинете, в разделе «Что делать дальше»."
        ),
        crumbs=(("Кабинет", "/me"), HOME, ("Настройка", "")),
        actions=[rx.el.span(rx.cond(state.saved != "", ui.saved_mark(state.saved)), class_name="saved-place")],
        active="cabinet",
        width="text",
    )


def _switches() -> rx.Component:
    state = NoticeSettingsState
    return rx.el.div(
        rx.cond(
            state.is_confirmed,
            rx.fragment(),
            ui.notice(
                "Письма приходят только на подтверждённый адрес. ",
                ui.text_link("Подтвердить почту", href="/me/settings"),
                title="Почта не подтверждена",
                tone="warn",
            ),
        ),
        _kinds("Мои дела", state.own),
        rx.cond(state.office.length() > 0, _kinds("Работа организатора", state.office)),
        rx.el.p(
            "Письма уходят на ",
            rx.el.strong(state.email),
            labels.typographer(
                ". О ваших заявках, сроках и итогах — сразу, новости для организатора — одним письмом раз в час. "
                "Письма о входе, пароле и почте приходят всегда."
            ),
            class_name="muted small",
        ),
        class_name="stack",
    )


def _kinds(title: str, rows: rx.Var) -> rx.Component:
    return ui.card(
        rx.el.div(
            rx.el.h2(title, class_name="h3"),
            rx.el.span("На сайте", aria_hidden="true"),
            rx.el.span("Письмом", aria_hidden="true"),
            class_name="switch-head",
        ),
        rx.el.ul(rx.foreach(rows, _kind), class_name="switches"),
        class_name="card-flush",
    )


def _kind(row: SwitchRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.p(row.name, class_name="strong"),
            rx.el.p(row.about, class_name="thing-note"),
        ),
        _switch(row, "on_site", "На сайте", row.on_site),
        _switch(row, "by_mail", "Письмом", row.by_mail),
        class_name="switch-row",
    )


def _switch(row: SwitchRow, where: str, label: str, on: rx.Var) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            role="switch",
            default_checked=on,  # turns at once, not when the answer comes
            on_change=lambda value: NoticeSettingsState.switch(row.kind, where, value),
        ),
        rx.el.span(ui.hidden(row.name, ": "), label),
        class_name="check is-switch",
    )


PAGES = [
    Page("/me/notices", notices_page, "Уведомления — ЕЛКА", on_load=[NoticesState.load, ViewerState.load]),
    Page(
        "/me/notices/settings",
        settings_page,
        "Какие уведомления присылать — ЕЛКА",
        on_load=[NoticeSettingsState.load, ViewerState.load],
    ),
]
