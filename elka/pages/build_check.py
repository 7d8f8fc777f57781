"""The last step of the constructor: what is missing, how residents will see the contest, and its publication."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.build_frame import step_box
from elka.pages.contests import contest_card, rules_list, said
from elka.state.build import BuildState
from elka.state.build_check import BuildCheckState, LackRow

PUBLISH = "publish"


def check_step() -> rx.Component:
    """Draw the step."""
    state = BuildCheckState
    return step_box(
        state,
        "Проверка",
        "Прочтите конкурс глазами жителя: после публикации условия не меняются.",
        rx.cond(
            state.lacks.length() > 0,
            ui.card(
                rx.el.ul(rx.foreach(state.lacks, _lack), class_name="lacks"),
                title="Не хватает",
                class_name="stack lack-card",
            ),
            ui.notice(
                "Форма заявки: ",
                state.fields,
                ". Условия, форма и правила победы закрепятся при публикации.",
                title="Всё заполнено, можно публиковать",
                tone="ok",
                actions=(ui.button("Опубликовать конкурс", large=True, **ui.opens(PUBLISH)),),
            ),
        ),
        rx.cond(
            state.advice.length() > 0,
            ui.card(
                rx.el.p("Это не мешает публикации.", class_name="muted small"),
                rx.el.ul(rx.foreach(state.advice, _advice), class_name="advices"),
                title="Стоит посмотреть ещё раз",
                class_name="stack stack-s",
            ),
        ),
        _preview(),
        rx.el.div(
            ui.confirm_button(
                "Удалить черновик",
                dialog_id="discard",
                title="Удалить черновик?",
                text="Всё, что в нём написано, пропадёт, и у коллег тоже.",
                confirm="Удалить",
                on_confirm=state.discard,
                icon_name="trash-2",
            ),
            class_name="row",
        ),
    )


def check_aside() -> rx.Component:
    """Say what publication means."""
    return rx.fragment(
        rx.el.h2("Что будет после публикации", class_name="h3"),
        rx.el.ul(
            *[
                rx.el.li(ui.icon(name), rx.el.span(text))
                for name, text in (
                    ("eye", "Конкурс увидят все, этапы пойдут сами."),
                    ("lock", "Деньги, требования, форма, критерии и правила победы закрепятся."),
                    ("dices", "SHA-256 зерна жребия опубликуется до первой заявки, само зерно — до первого голоса."),
                    ("pencil-line", "Тексты и подсказки можно уточнять, этап — продлить. Это увидят все."),
                    ("ban", "Отменить конкурс можно только с причиной."),
                )
            ],
            class_name="advices",
        ),
    )


def publish_dialog() -> rx.Component:
    """Ask once before everybody sees the contest."""
    return ui.confirm_dialog(
        dialog_id=PUBLISH,
        title="Опубликовать конкурс?",
        text="Его увидят все. Деньги, требования, форма заявки, критерии, правила голосования и победы после этого не "
        "меняются. Тексты можно уточнять до голосования, этапы — продлевать.",
        confirm="Опубликовать",
        on_confirm=BuildCheckState.announce,
        danger=False,
    )


def _lack(lack: LackRow) -> rx.Component:
    return rx.el.li(
        ui.icon("circle-alert"),
        ui.link(rx.el.span(lack.step, class_name="lack-step"), " ", lack.text, href=lack.href),
    )


def _advice(lack: LackRow) -> rx.Component:
    return rx.el.li(ui.icon("lightbulb"), ui.link(lack.text, href=lack.href, class_name="link"))


def _preview() -> rx.Component:
    state = BuildCheckState
    return ui.card(
        rx.el.div(rx.foreach(state.card, contest_card), class_name="build-preview"),
        rules_list(state.rules),
        rx.cond(
            state.extra.length() > 0,
            rx.fragment(rx.el.h4("Дополнительные условия"), said(state.extra)),
        ),
        title="Как увидит житель",
        end=ui.link_button(
            "Вся страница", href="/contests/" + BuildState.row.id.to_string(), kind="plain", end_icon="chevron-right"
        ),
        class_name="stack",
    )
