"""Suspicious votes of a contest, in the hands of its officials."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_frame import contest_header, contest_page
from elka.state.annulment_rows import AnnulmentRow, ObjectionRow
from elka.state.viewer import ViewerState
from elka.state.vote_watch import GROUND_OPTIONS, CastRow, GroupRow, VoteWatchState

GROUP, WORDS = "vote-group", "vote-words"
_WHICH = [ui.Option("whole", "Всю группу"), ui.Option("chosen", "Только отмеченные ниже")]


def watch_page() -> rx.Component:
    """Draw the crowds, the annulments, and what is known to be usual."""
    state = VoteWatchState
    return contest_page(state, _watch())


def _watch() -> rx.Component:
    state = VoteWatchState
    row = state.row
    return rx.fragment(
        contest_header(
            row,
            "Необычные голоса",
            lead="Группы голосов, которые редко складываются сами собой. Это повод посмотреть, а не доказательство.",
        ),
        rx.cond(row.closed != "", ui.notice(row.closed, icon_name="lock")),
        rx.cond(
            state.annulments.length() > 0,
            ui.section(rx.el.div(rx.foreach(state.annulments, _annulment), class_name="stack"), title="Аннулирование"),
        ),
        ui.section(
            rx.el.p(
                row.seen,
                " За кого голосовали, не видит никто: ни вы, ни эта страница. Имён и адресов здесь тоже нет.",
                class_name="muted small watch-seen",
            ),
            rx.cond(
                state.groups.length() > 0,
                rx.el.div(rx.foreach(state.groups, _group), class_name="stack"),
                ui.empty_state("Ничего необычного", "Голоса приходят так, как приходят от людей.", icon_name="check"),
            ),
            title="Стоит посмотреть",
        ),
        rx.cond(
            state.usual.length() > 0,
            ui.section(rx.el.div(rx.foreach(state.usual, _group), class_name="stack"), title="Отмечено как обычное"),
        ),
        _group_dialog(),
        _words_dialog(),
    )


def _group(one: GroupRow) -> rx.Component:
    state = VoteWatchState
    return ui.card(
        rx.el.div(ui.badge(one.weight, one.tone), rx.el.span(one.when, class_name="muted small"), class_name="row"),
        rx.el.h3(one.title),
        rx.el.ul(rx.foreach(one.reasons, rx.el.li), class_name="watch-reasons"),
        rx.cond(one.note != "", rx.el.p("Обычное: ", one.note, class_name="muted")),
        rx.el.div(
            ui.button(
                "Посмотреть", ui.hidden(": ", one.title), kind="tint", icon_name="search", on_click=state.look(one.code)
            ),
            rx.cond(
                one.note != "",
                ui.button("Убрать отметку", kind="quiet", on_click=state.unmark(one.code)),
            ),
            class_name="row row-s",
        ),
        class_name="stack stack-s",
        key=one.code,
    )


def _annulment(one: AnnulmentRow) -> rx.Component:
    state = VoteWatchState
    return ui.card(
        rx.el.div(ui.badge(one.status, one.tone), class_name="row"),
        rx.el.h3(one.title),
        rx.el.p(rx.el.strong("Основание: "), one.ground),
        rx.el.p(one.words, class_name="pre-line"),
        rx.cond(one.pattern != "", rx.el.p(one.pattern, class_name="muted small")),
        rx.el.p("Предложение: ", one.proposed, class_name="muted small"),
        rx.cond(one.decided != "", rx.el.p("Решение: ", one.decided, class_name="muted small")),
        rx.cond(one.answer != "", rx.el.p("Почему отклонено: ", one.answer)),
        rx.cond(one.barred != "", ui.notice(one.barred, tone="calm", icon_name="users-round")),
        rx.cond(
            one.may_decide,
            rx.el.div(
                ui.confirm_button(
                    "Подтвердить",
                    dialog_id="confirm-" + one.id.to_string(),
                    title="Подтвердить?",
                    text=rx.fragment(
                        one.title,
                        ". Каждый, кого это касается, получит уведомление с основанием. Решение и ваше имя останутся в "
                        "журнале.",
                    ),
                    confirm="Подтвердить",
                    on_confirm=state.confirm(one.id),
                    kind="primary",
                ),
                ui.button("Отклонить", kind="quiet", on_click=state.ask("decline", one.id)),
                class_name="row row-s",
            ),
        ),
        rx.cond(
            one.may_lift,
            rx.el.div(
                ui.button("Предложить снять", kind="quiet", icon_name="undo-2", on_click=state.ask("lift", one.id)),
                class_name="row row-s",
            ),
        ),
        rx.foreach(one.objections, _objection),
        class_name="stack stack-s",
        key=one.id,
    )


def _objection(one: ObjectionRow) -> rx.Component:
    return rx.el.div(
        rx.el.p(rx.el.strong("Возражение, "), one.when),
        rx.el.p(one.text, class_name="pre-line"),
        rx.cond(one.answer != "", rx.el.p("Ответ: ", one.answer, class_name="muted")),
        rx.cond(
            one.may_answer,
            ui.button("Ответить", kind="tint", on_click=VoteWatchState.ask("answer", one.id)),
        ),
        class_name="watch-objection",
        key=one.id,
    )


def _group_dialog() -> rx.Component:
    state = VoteWatchState
    group = state.group
    key = state.taken.to_string()
    return ui.dialog(
        rx.el.div(
            rx.el.p(group.when, class_name="muted"),
            rx.el.ul(rx.foreach(group.reasons, rx.el.li), class_name="watch-reasons"),
            rx.el.form(
                rx.cond(
                    state.row.may_annul,
                    rx.fragment(
                        ui.select_field("ground", "Основание", GROUND_OPTIONS, error=state.errors["ground"]),
                        ui.text_area(
                            "words",
                            "Пояснение, его прочитают те, чьи это бюллетени",
                            rows=3,
                            count_to=2000,
                            error=state.errors["words"],
                        ),
                        ui.radio_group("which", "Что аннулировать", _WHICH, default_value="whole", pills=True),
                        rx.el.div(
                            ui.submit("Предложить аннулировать", kind="danger-quiet"),
                            rx.el.span("Решит второй сотрудник.", class_name="muted small"),
                            class_name="row row-s",
                        ),
                    ),
                ),
                rx.el.div(
                    rx.el.table(
                        rx.el.caption("Бюллетени группы", class_name="sr"),
                        rx.el.thead(rx.el.tr(*[rx.el.th(name, scope="col") for name in _HEAD])),
                        rx.el.tbody(rx.foreach(state.casts, _cast)),
                        class_name="table watch-table",
                    ),
                    class_name="watch-casts",
                    tab_index=0,
                    role="region",
                    aria_label="Бюллетени группы",
                ),
                rx.cond(state.more != "", rx.el.p(state.more, class_name="muted small")),
                on_submit=state.propose,
                class_name="stack",
                no_validate=True,
                key="p" + key,
            ),
            rx.el.hr(),
            rx.el.form(
                ui.text_field(
                    "note",
                    "Это обычное, потому что",
                    placeholder="Библиотека: в этот день там помогали голосовать",
                    count_to=300,
                    error=state.errors["note"],
                ),
                rx.el.div(ui.submit("Отметить как обычное", kind="tint"), class_name="form-actions"),
                on_submit=state.mark,
                class_name="stack",
                no_validate=True,
                key="m" + key,
            ),
            class_name="watch-group",
        ),
        dialog_id=GROUP,
        title=group.title,
        wide=True,
    )


_HEAD = ("Бюллетень", "Отдан", "Учётная запись создана", "Проверка")


def _cast(one: CastRow) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            rx.el.label(
                rx.el.input(type="checkbox", name=one.name, id=one.name), rx.el.span("№ ", one.id), class_name="check"
            )
        ),
        rx.el.td(one.when),
        rx.el.td(one.account),
        rx.el.td(one.proof),
        key=one.id,
    )


def _words_dialog() -> rx.Component:
    state = VoteWatchState

    def by_deed(decline: Any, lift: Any, answer: Any) -> Any:
        return rx.match(state.deed, ("lift", lift), ("answer", answer), decline)

    return ui.dialog(
        rx.el.form(
            rx.el.p(
                by_deed(
                    "Предложение останется в журнале вместе с причиной.",
                    "Бюллетени вернутся в подсчёт, когда это подтвердит другой сотрудник.",
                    "Ответ прочитает тот, кто возразил.",
                ),
                class_name="muted",
            ),
            rx.cond(
                state.deed == "answer",
                ui.radio_group(
                    "verdict",
                    "Решение",
                    [ui.Option("keep", "Оставить в силе"), ui.Option("lift", "Предложить снять")],
                    default_value="keep",
                    pills=True,
                ),
            ),
            ui.text_area("reason", "Причина", rows=4, count_to=1000, error=state.errors["reason"]),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()), ui.submit("Отправить"), class_name="dialog-actions"
            ),
            on_submit=state.say,
            class_name="stack",
            no_validate=True,
            key="w" + state.taken.to_string(),
        ),
        dialog_id=WORDS,
        title=by_deed("Отклонить предложение", "Снять аннулирование", "Ответить на возражение"),
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/votes",
        watch_page,
        "Необычные голоса — ЕЛКА",
        on_load=[VoteWatchState.load, ViewerState.load],
    ),
]
