"""Paper ballots of a contest: batches that one official enters and another confirms."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_frame import contest_header, contest_page
from elka.state.paper import PaperState
from elka.state.paper_rows import BatchRow, SumRow
from elka.state.viewer import ViewerState

_SUMS = [
    ui.Column("number", "Заявка"),
    ui.Column("title", "Проект"),
    ui.Column("votes", "Голосов", end=True),
]


def paper_page() -> rx.Component:
    """Draw the batches and the one that is open."""
    state = PaperState
    return contest_page(state, _paper(), rows=6)


def _paper() -> rx.Component:
    state = PaperState
    head = state.head
    contest = "/office/contests/" + head.id.to_string()
    return rx.fragment(
        contest_header(
            head,
            "Бумажные бюллетени",
            actions=[
                rx.cond(
                    head.is_open,
                    ui.button("Новая пачка", icon_name="plus", **ui.opens("new-batch")),
                    rx.fragment(),
                )
            ],
        ),
        rx.cond(
            head.note != "",
            ui.notice(
                head.note,
                actions=(
                    rx.cond(
                        head.may_correct,
                        ui.link_button("Исправить итоги", href=contest + "/correction", kind="quiet"),
                    ),
                ),
                icon_name="info",
            ),
        ),
        rx.cond(
            (head.counted != "") | (head.waiting != ""),
            rx.el.p(
                head.counted,
                rx.cond((head.counted != "") & (head.waiting != ""), ", ", ""),
                head.waiting,
                class_name="lead-line",
            ),
        ),
        rx.cond(
            state.rows.length() > 0,
            rx.el.div(
                rx.el.ul(rx.foreach(state.rows, _row), class_name="stack batches", role="list"),
                rx.el.div(rx.cond(state.opened.id > 0, _opened(), _choose()), class_name="batch-open", id="batch"),
                class_name="paper-split",
            ),
            ui.empty_state(
                rx.cond(head.is_open, "Пачек пока нет", "Пачек нет"),
                "Сотрудник вносит бюллетени одной урны, другой сверяет их с протоколом. После этого они в подсчёте.",
                icon_name="mailbox",
            ),
        ),
        rx.cond(head.is_open, _new()),
    )


def _row(one: BatchRow) -> rx.Component:
    state = PaperState
    return rx.el.li(
        rx.el.button(
            rx.el.span(rx.el.strong(one.place), ui.badge(one.status, one.tone), class_name="batch-head"),
            rx.el.span(
                rx.cond(one.ballots != "", one.ballots, one.kind),
                rx.cond(one.spoiled != "", ", " + one.spoiled, ""),
                class_name="muted small",
            ),
            rx.el.span(one.entered, class_name="muted small"),
            type="button",
            class_name="card batch",
            aria_current=rx.cond(state.opened.id == one.id, "true", "false"),
            on_click=[
                state.look(one.id),
                rx.call_script("document.getElementById('batch')?.scrollIntoView({block: 'nearest'})"),
            ],
        )
    )


def _choose() -> rx.Component:
    return ui.empty_state("Выберите пачку", "Здесь она откроется.", icon_name="mouse-pointer-click")


def _opened() -> rx.Component:
    state = PaperState
    return ui.card(
        rx.foreach(state.rows, lambda one: rx.cond(one.id == state.opened.id, _head(one))),
        rx.cond(state.opened.may_write, _writing(), _read()),
        class_name="stack",
    )


def _head(one: BatchRow) -> rx.Component:
    return rx.fragment(
        rx.el.h2(one.place),
        rx.el.p(
            one.kind,
            rx.cond(one.ballots != "", " · " + one.ballots, ""),
            rx.cond(one.spoiled != "", " · " + one.spoiled, ""),
            class_name="muted",
        ),
        rx.el.p(one.entered, rx.cond(one.decided != "", ". " + one.decided, ""), ".", class_name="muted small"),
        rx.cond(PaperState.opened.instead != "", rx.el.p(PaperState.opened.instead, ".", class_name="muted small")),
        rx.cond(one.note != "", ui.notice(one.note, tone="warn", icon_name="message-square")),
        rx.cond(one.sha256 != "", rx.el.p("SHA-256: ", rx.el.code(one.sha256), class_name="muted small hash")),
        rx.cond(one.may_decide, _decide()),
        rx.cond(
            one.may_take_back,
            ui.button(
                "Забрать и исправить",
                kind="quiet",
                icon_name="undo-2",
                on_click=PaperState.take_back(one.id),
            ),
        ),
        rx.cond(
            one.may_replace,
            ui.button(
                "Внести верную взамен",
                kind="quiet",
                icon_name="replace",
                on_click=PaperState.replace(one.id),
            ),
        ),
        rx.cond(
            one.may_give_back,
            rx.fragment(ui.button("Вернуть", kind="quiet", icon_name="undo-2", **ui.opens("give-back")), _give_back()),
        ),
        rx.cond(one.may_ask_out, _ask_out()),
        rx.cond(
            one.may_settle,
            rx.el.div(
                ui.button("Исключить из подсчёта", kind="danger", on_click=PaperState.settle(one.id, True)),
                ui.button("Оставить", kind="quiet", on_click=PaperState.settle(one.id, False)),
                class_name="form-actions",
            ),
        ),
    )


def _writing() -> rx.Component:
    state = PaperState
    one = state.opened
    key = one.id.to_string() + "-" + state.taken.to_string()
    return rx.el.form(
        rx.el.div(
            ui.number_field(
                "ballots",
                "Действительных бюллетеней",
                hint="Как в протоколе",
                default_value=one.ballots,
                error=state.errors["ballots"],
                key="ballots" + key,
            ),
            ui.number_field(
                "spoiled",
                "Недействительных",
                default_value=one.spoiled,
                error=state.errors["spoiled"],
                required=False,
                key="spoiled" + key,
            ),
            class_name="build-pair",
        ),
        ui.text_area(
            "text",
            rx.cond(one.is_totals, "Голоса по проектам", "Бюллетени"),
            hint=rx.cond(one.is_totals, "Строка — один проект: номер заявки = голосов.", state.head.line),
            placeholder=rx.cond(one.is_totals, "12 = 140", state.head.example),
            error=state.errors["text"],
            rows=14,
            default_value=one.text,
            key="text" + key,
            spell_check=False,
        ),
        rx.el.div(
            ui.submit("Сохранить черновик", kind="quiet", name="send", value="no"),
            ui.submit("Отправить на сверку", icon_name="send", name="send", value="yes"),
            rx.el.input(type="hidden", name="send", default_value="no"),  # which of the two was pressed: elka.js
            class_name="form-actions",
        ),
        rx.el.input(type="hidden", name="version", value=one.version.to_string(), read_only=True),
        on_submit=state.save,
        id="paper-" + one.id.to_string(),
        custom_attrs={"data-draft": "over"},
        class_name="stack",
        no_validate=True,
    )


def _read() -> rx.Component:
    one = PaperState.opened
    return rx.fragment(
        rx.cond(
            one.sums,
            ui.data_table(_SUMS, one.sums, _sum_cells, caption="Сколько голосов у каждого проекта в пачке"),
        ),
        rx.el.details(
            rx.el.summary(ui.icon("chevron-right"), "Как внесено"),
            rx.el.pre(one.text, class_name="paper-text", tab_index=0),
            class_name="ready",
        ),
    )


def _sum_cells(one: SumRow) -> tuple[Any, ...]:
    return (one.number, one.title, one.votes)


def _decide() -> rx.Component:
    state = PaperState
    key = state.opened.id.to_string()
    return rx.fragment(
        rx.el.form(
            rx.el.p(
                "Возьмите протокол и впишите его числа. Сверьте суммы ниже с протоколом, а несколько строк — с бюллетенями.",
                class_name="muted",
            ),
            rx.el.div(
                ui.number_field(
                    "own_ballots", "Действительных по протоколу", error=state.errors["own_ballots"], key="own" + key
                ),
                ui.number_field(
                    "own_spoiled", "Недействительных по протоколу", error=state.errors["own_spoiled"], key="bad" + key
                ),
                class_name="build-pair",
            ),
            rx.el.div(
                ui.submit(
                    rx.cond(state.opened.instead == "", "Всё сходится, в подсчёт", "Всё сходится"), icon_name="check"
                ),
                ui.button("Вернуть", kind="quiet", icon_name="undo-2", **ui.opens("give-back")),
                class_name="form-actions",
            ),
            on_submit=state.confirm,
            class_name="stack",
            no_validate=True,
        ),
        _give_back(),
    )


def _give_back() -> rx.Component:
    return _asking("give-back", "Вернуть пачку", "note", "Что не сходится", "Вернуть", PaperState.give_back)


def _ask_out() -> rx.Component:
    return rx.fragment(
        ui.button("Исключить из подсчёта", kind="danger-quiet", icon_name="ban", **ui.opens("ask-out")),
        _asking(
            "ask-out",
            "Исключить пачку?",
            "why",
            "Причина, её увидят все",
            "Попросить второго человека",
            PaperState.ask_out,
        ),
    )


def _asking(dialog: str, title: str, field: str, label: str, action: str, on_submit: Any) -> rx.Component:
    return ui.dialog(
        rx.el.form(
            ui.text_area(field, label, rows=4, count_to=1000, error=PaperState.errors[field]),
            rx.el.div(ui.button("Отмена", kind="quiet", **ui.closes()), ui.submit(action), class_name="dialog-actions"),
            on_submit=on_submit,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id=dialog,
        title=title,
    )


def _new() -> rx.Component:
    state = PaperState
    return ui.dialog(
        rx.el.form(
            ui.text_field(
                "place",
                "Место и урна",
                hint="Как в протоколе: «ДК „Прометей“, урна 2»",
                error=state.errors["place"],
                max_length=160,
            ),
            rx.cond(
                state.kinds.length() > 1,
                ui.radio_group("kind", "Как вносите", state.kinds, default_value="ballots", error=state.errors["kind"]),
                rx.el.input(type="hidden", name="kind", value="ballots"),
            ),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Начать"),
                class_name="dialog-actions",
            ),
            on_submit=state.start,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id="new-batch",
        title="Новая пачка",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/paper",
        paper_page,
        "Бумажные бюллетени — ЕЛКА",
        on_load=[PaperState.load, ViewerState.load],
    ),
]
