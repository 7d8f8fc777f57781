"""Correcting published results: what is proposed, what it would change, and what was signed."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_frame import contest_header, contest_page
from elka.state.correction_desk import TAKES_OUT_NAMES, CorrectionDeskState
from elka.state.correction_picks import PickRow
from elka.state.correction_rows import Change, ChangeLine, CorrectionRow
from elka.state.viewer import ViewerState


def correction_page() -> rx.Component:
    """Draw the corrections of a contest's results."""
    state = CorrectionDeskState
    return contest_page(state, _desk(), rows=4)


def _desk() -> rx.Component:
    state = CorrectionDeskState
    head = state.head
    return rx.fragment(
        contest_header(head, "Исправить итоги", crumb="Исправить", above=[("Итоги", "/results")]),
        rx.cond(head.closed != "", ui.notice(head.closed, icon_name="lock")),
        rx.el.div(
            rx.cond(
                state.rows.length() > 0,
                rx.el.div(rx.foreach(state.rows, _row), class_name="stack"),
            ),
            rx.cond(head.may_propose, _proposing()),
            class_name="stack stack-l correction",
        ),
        _decline_dialog(),
    )


def _row(one: CorrectionRow) -> rx.Component:
    state = CorrectionDeskState
    return ui.card(
        rx.el.div(ui.badge(one.status, one.tone), rx.el.span(one.what, class_name="muted small"), class_name="row"),
        rx.el.h2(one.ground, class_name="h3"),
        rx.el.p(one.words, class_name="pre-line"),
        rx.el.p("Предложение: ", one.proposed, class_name="muted small"),
        rx.cond(one.decided != "", rx.el.p("Решение: ", one.decided, class_name="muted small")),
        rx.cond(one.answer != "", rx.el.p("Почему: ", one.answer)),
        rx.cond(one.waits, _change(one.change)),
        rx.cond(one.barred != "", ui.notice(one.barred, tone="calm", icon_name="users-round")),
        rx.cond(
            one.may_sign | one.may_take_back,
            rx.el.div(
                rx.cond(
                    one.may_sign,
                    rx.fragment(
                        ui.confirm_button(
                            "Подписать исправление",
                            dialog_id="sign-" + one.id.to_string(),
                            title="Подписать?",
                            text=rx.fragment(
                                "Новая версия итогов сразу начнёт действовать, прежняя останется в архиве. ",
                                one.change.winners,
                                ". ",
                                "Заявители, у кого изменился итог, получат письма. Отменить это можно только новым "
                                "исправлением.",
                            ),
                            confirm="Подписать",
                            on_confirm=state.sign(one.id),
                            kind="primary",
                            icon_name="signature",
                        ),
                        ui.button("Отклонить", kind="quiet", **ui.opens("decline")),
                    ),
                ),
                rx.cond(
                    one.may_take_back,
                    ui.button(
                        "Отозвать предложение", kind="quiet", icon_name="undo-2", on_click=state.take_back(one.id)
                    ),
                ),
                class_name="row row-s",
            ),
        ),
        class_name="stack stack-s",
        key=one.id,
    )


def _change(change: Change) -> rx.Component:
    return rx.el.div(
        rx.el.h3("Что изменится", class_name="strong"),
        rx.cond(
            change.boxes.length() > 0,
            rx.el.ul(rx.foreach(change.boxes, _line), class_name="change-lines", role="list"),
        ),
        rx.cond(
            change.lines.length() > 0,
            rx.el.ul(rx.foreach(change.lines, _line), class_name="change-lines", role="list"),
            rx.el.p("Победители те же. Выйдет новая версия с этим пояснением."),
        ),
        rx.el.p(
            change.winners,
            rx.cond(change.spent != "", rx.fragment(rx.el.br(), change.spent)),
            class_name="change-sums",
        ),
        rx.foreach(change.obstacles, lambda one: ui.notice(one, tone="error", icon_name="octagon-alert")),
        class_name="change",
    )


def _line(one: ChangeLine) -> rx.Component:
    return rx.el.li(
        ui.badge(one.what, one.tone),
        rx.el.span(ui.text_link(one.title, href=one.href), class_name="change-title"),
        rx.el.span(one.amount, class_name="nowrap tabular"),
    )


def _proposing() -> rx.Component:
    state = CorrectionDeskState
    return ui.card(
        rx.el.p(
            "Опубликованное не переписывают: выходит новая версия, прежняя остаётся в архиве со всеми файлами. "
            "Предлагает один сотрудник, подписывает другой. Корень бюллетеней не меняется.",
            class_name="muted",
        ),
        rx.el.form(
            ui.radio_group(
                "ground",
                "Основание",
                state.grounds,
                value=state.ground,
                on_change=state.choose_ground,
                error=state.errors["ground"],
            ),
            rx.cond(
                state.ground != "",
                rx.fragment(
                    rx.match(
                        state.ground,
                        *[(name, _projects()) for name in TAKES_OUT_NAMES],
                        ("returned", _boxes("returned", "Какой проект вернуть в итоги", state.returned)),
                        ("paper", _boxes("batches", "Какую пачку исключить", state.batches)),
                        ("replaced", _entered()),
                        ("ballots", _receipts()),
                        rx.fragment(),
                    ),
                    ui.text_area(
                        "words",
                        "Что и почему исправляется",
                        hint="Это прочитают все: на странице итогов, в файлах и в письмах. Без личных сведений. "
                        "Назовите документ: номер и дату решения, письма, акта.",
                        rows=4,
                        count_to=1000,
                        error=state.errors["words"],
                        key="words" + state.taken.to_string(),
                    ),
                    rx.el.div(
                        ui.submit("Посмотреть, что изменится", kind="tint", icon_name="eye"),
                        class_name="form-actions",
                    ),
                ),
            ),
            on_submit=state.foresee,
            id="correction-" + state.head.id.to_string(),
            custom_attrs={"data-draft": ""},
            class_name="stack",
            no_validate=True,
        ),
        rx.cond(state.change.digest != "", _shown()),
        title="Новое исправление",
        class_name="stack",
    )


def _shown() -> rx.Component:
    state = CorrectionDeskState
    return rx.el.div(
        _change(state.change),
        rx.cond(
            state.change.obstacles.length() == 0,
            rx.el.div(
                ui.button("Предложить исправление", icon_name="send", on_click=state.propose),
                rx.el.span("Подпишет второй сотрудник.", class_name="muted small"),
                class_name="row row-s",
            ),
        ),
        id="change",
        tab_index=-1,
        role="status",
        class_name="stack change-shown",
    )


def _projects() -> rx.Component:
    state = CorrectionDeskState
    return rx.el.fieldset(
        rx.el.legend("Какой проект снять с итогов", class_name="field-label"),
        rx.cond(
            state.picked.length() > 0,
            rx.el.ul(rx.foreach(state.picked, _picked), class_name="picks", role="list"),
        ),
        ui.search_field(
            "find",
            "Найти по названию или номеру заявки",
            default_value=state.query,
            on_change=lambda words: state.search(words).debounce(350),
        ),
        rx.cond(
            state.found.length() > 0,
            rx.el.ul(rx.foreach(state.found, _pick), class_name="picks", role="list"),
            rx.el.p("Ничего не нашлось.", class_name="muted"),
        ),
        ui.field_error("projects", state.errors["projects"]),
        class_name="field stack stack-s",
        id="projects",
        tab_index=-1,
    )


def _picked(one: PickRow) -> rx.Component:
    return rx.el.li(
        _named(one),
        ui.button("Оставить в итогах", ui.hidden(": ", one.title), kind="quiet", on_click=_toggle(one)),
        class_name="is-picked",
        key=one.id,
    )


def _pick(one: PickRow) -> rx.Component:
    return rx.cond(
        CorrectionDeskState.picked_ids.contains(one.id),
        rx.fragment(),
        rx.el.li(
            _named(one),
            ui.button("Снять", ui.hidden(": ", one.title), kind="tint", on_click=_toggle(one)),
            key=one.id,
        ),
    )


def _named(one: PickRow) -> rx.Component:
    return rx.el.span(
        rx.el.span(one.title, class_name="strong"),
        rx.el.span(one.number, class_name="muted small nowrap"),
        ui.badge(one.status, one.tone),
        class_name="pick-name",
    )


def _toggle(one: PickRow) -> Any:
    return CorrectionDeskState.pick(one.id)


def _boxes(name: str, label: str, options: Any) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(label, class_name="field-label"),
        rx.foreach(
            options,
            lambda one: rx.el.label(
                rx.el.input(type="checkbox", name=name + "-" + one.value),
                rx.el.span(one.label, rx.el.span(one.note, class_name="field-hint")),
                class_name="check option",
            ),
        ),
        ui.field_error(name, CorrectionDeskState.errors[name]),
        class_name="field",
        id=name,
        tab_index=-1,
    )


def _entered() -> rx.Component:
    state = CorrectionDeskState
    return rx.cond(
        state.entered.length() > 0,
        _boxes("entered", "Какая пачка встанет на место прежней", state.entered),
        ui.notice(
            "Сначала внесите верную пачку: откройте ошибочную, нажмите «Внести верную взамен», и пусть второй сотрудник "
            "сверит её с протоколом. ",
            ui.text_link("Бумажные бюллетени", href="/office/contests/" + state.head.id.to_string() + "/paper"),
            tone="calm",
            icon_name="mailbox",
        ),
    )


def _receipts() -> rx.Component:
    return ui.text_area(
        "receipts",
        "Номера квитанций",
        hint="По одному в строке, как в решении суда. За кого эти бюллетени, вы не увидите.",
        rows=5,
        error=CorrectionDeskState.errors["receipts"],
        spell_check=False,
    )


def _decline_dialog() -> rx.Component:
    state = CorrectionDeskState
    return ui.dialog(
        rx.el.form(
            rx.el.p("Итоги останутся прежними. Причину прочитает тот, кто предложил.", class_name="muted"),
            ui.text_area("answer", "Почему отклоняете", rows=4, count_to=1000, error=state.errors["answer"]),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Отклонить"),
                class_name="dialog-actions",
            ),
            on_submit=state.decline,
            class_name="stack",
            no_validate=True,
            key="decline" + state.taken.to_string(),
        ),
        dialog_id="decline",
        title="Отклонить исправление",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/correction",
        correction_page,
        "Исправить итоги — ЕЛКА",
        on_load=[CorrectionDeskState.load, ViewerState.load],
    ),
]
