"""Beginning a contest: what to begin with, where it is held, how it is called."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.office import HOME
from elka.state.contest_new import EMPTY, Beginning, ContestNewState
from elka.state.viewer import ViewerState


def new_page() -> rx.Component:
    """Draw the beginning of a contest."""
    state = ContestNewState
    return ui.page(
        ui.screen(state, _new(), waiting=ui.skeleton("text", 6), on_retry=state.load, back=HOME),
        active="office",
    )


def _new() -> rx.Component:
    state = ContestNewState
    return rx.fragment(
        ui.page_header(
            "Новый конкурс",
            crumbs=[HOME, ("Новый конкурс", "")],
            lead="Начните с готового: сроки, форма заявки и критерии уже внутри. Всё можно поменять.",
        ),
        rx.el.div(
            rx.el.div(
                _group("Готовые шаблоны", state.ready),
                _group("Шаблоны организаторов", state.office),
                _group("Как в прошлый раз", state.past, hint="Сроки сдвинутся на целые годы, дни недели останутся."),
                _others(),
                class_name="stack stack-l",
            ),
            rx.el.aside(_deed(), aria_label="Создать конкурс", class_name="begin-deed"),
            class_name="begin",
        ),
    )


def _group(title: str, items: rx.Var, hint: str = "") -> rx.Component:
    return rx.cond(
        items.length() > 0,
        rx.el.fieldset(
            rx.el.legend(rx.el.h2(title, class_name="h3")),
            rx.el.p(hint, class_name="muted small") if hint else rx.fragment(),
            rx.el.div(rx.foreach(items, _beginning), class_name="begin-list"),
            class_name="begin-group",
        ),
    )


def _beginning(one: Beginning) -> rx.Component:
    return _choice(
        one.value,
        rx.el.span(one.name, rx.cond(one.sample, ui.badge("образец")), class_name="begin-name"),
        rx.cond(one.facts != "", rx.el.span(one.facts, class_name="begin-facts")),
        rx.cond(one.note != "", rx.el.span(one.note, class_name="field-hint")),
        end=rx.cond(
            one.mine,
            ui.icon_button("archive", "Убрать шаблон: " + one.name, on_click=ContestNewState.archive(one.value)),
        ),
    )


def _others() -> rx.Component:
    state = ContestNewState
    return rx.el.fieldset(
        rx.el.legend(rx.el.h2("Иначе", class_name="h3")),
        rx.el.div(
            _choice(
                EMPTY,
                rx.el.span("С нуля", class_name="begin-name"),
                rx.el.span("Обычные сроки и стандартная форма, остальное — ваше", class_name="field-hint"),
            ),
            rx.foreach(state.file, _beginning),
            class_name="begin-list",
        ),
        rx.el.label(
            ui.icon("upload"),
            "Загрузить из файла",
            rx.el.input(
                type="file",
                id="template-file",
                accept=".json,application/json",
                on_change=rx.call_script("window.elka.fileText('template-file')", callback=ContestNewState.take_file),
                class_name="sr",
            ),
            class_name="btn btn-quiet begin-file",
        ),
        ui.field_error("file", state.errors["file"]),
        class_name="begin-group",
    )


def _choice(value: str | rx.Var, *words: rx.Component, end: rx.Component | None = None) -> rx.Component:
    state = ContestNewState
    return rx.el.div(
        rx.el.label(
            rx.el.input(
                type="radio",
                name="begin",
                value=value,
                default_checked=state.chosen == value,
                on_change=lambda _: state.choose(value),
            ),
            rx.el.span(*words, class_name="begin-words"),
            class_name="check option",
        ),
        *([end] if end is not None else []),
        class_name="begin-choice",
    )


def _deed() -> rx.Component:
    state = ContestNewState
    empty = state.chosen == EMPTY
    return ui.card(
        rx.el.form(
            rx.el.h2("Где и как назвать", class_name="h3"),
            ui.select_field(
                "place",
                "Где проводится",
                state.fitting,
                default_value=state.place,
                error=state.errors["place"],
                key="place" + state.taken.to_string(),
            ),
            ui.text_field(
                "title",
                "Название",
                hint=rx.cond(
                    empty, "Например, «Инициативы Берёзовского района — 2027»", "Пусто — возьмём из выбранного"
                ),
                count_to=120,
                required=empty,
                error=state.errors["title"],
            ),
            ui.money_field(
                "budget",
                "Бюджет конкурса",
                hint=rx.cond(empty, "На всех победителей вместе", "Пусто — как в выбранном"),
                required=empty,
                error=state.errors["budget"],
            ),
            ui.submit("Создать черновик", large=True, full=True),
            rx.el.p("Черновик видят только организаторы этого места.", class_name="muted small"),
            on_submit=state.create,
            class_name="stack",
            no_validate=True,
        ),
    )


PAGES = [
    Page("/office/contests/new", new_page, "Новый конкурс — ЕЛКА", on_load=[ContestNewState.load, ViewerState.load]),
]
