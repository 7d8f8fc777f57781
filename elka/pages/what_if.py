"""«Что если»: all rules side by side on past or imaginary votes."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_frame import contest_page
from elka.pages.office import HOME
from elka.pages.what_if_picture import picture
from elka.state.viewer import ViewerState
from elka.state.what_if import WhatIfState
from elka.ui.rows import Option

TITLE = "Что если"
_SOURCES = [
    Option("imagined", "Воображаемые голоса", "Когда своих голосов ещё нет: придумаем их по нескольким ручкам"),
    Option("past", "Прошлое голосование", "Бюллетени любого конкурса, итоги которого опубликованы"),
    Option("file", "Файл", "Pabulib (.pb) с любым видом бюллетеней или CSV этого конкурса"),
]


_KINDS = [
    Option("approval", "Отмечает проекты"),
    Option("ranked", "Расставляет проекты по местам"),
    Option("points", "Делит баллы между проектами"),
]


def what_if_page() -> rx.Component:
    """Draw what to count and, once it is counted, what came of it."""
    state = WhatIfState
    return contest_page(state, _desk())


def _desk() -> rx.Component:
    state = WhatIfState
    return rx.fragment(
        ui.page_header(
            "Что если: сравнить правила",
            lead="Одни и те же голоса, посчитанные всеми правилами: кто победит и кому достанутся деньги. "
            "В самом конкурсе ничего не меняется.",
            crumbs=[HOME, (state.row.title, state.row.back), (TITLE, "")],
            kicker=ui.badge(state.row.status, state.row.tone),
        ),
        rx.el.form(
            ui.card(_source(), class_name="stack"),
            ui.card(_terms(), class_name="stack"),
            _act(),
            on_submit=state.compare,
            class_name="what-if-form",
            no_validate=True,
            key="form" + state.row.id.to_string(),
        ),
        rx.cond(state.picture.key != "", picture()),
    )


def _source() -> rx.Component:
    state = WhatIfState
    return rx.fragment(
        ui.radio_group(
            "source",
            "Откуда голоса",
            _SOURCES,
            value=state.source,
            on_change=state.choose,
            error=state.errors["source"],
        ),
        rx.match(state.source, ("past", _past()), ("file", _file()), _imagined()),
    )


def _past() -> rx.Component:
    state = WhatIfState
    return rx.cond(
        state.past.length() > 0,
        ui.select_field(
            "past",
            "Конкурс",
            state.past,
            default_value=state.values["past"],
            error=state.errors["past"],
            hint="Голоса, итоги которых не опубликованы, сюда не попадают",
        ),
        ui.notice("Опубликованных голосований пока нет: возьмите воображаемые голоса или файл.", tone="calm"),
    )


def _file() -> rx.Component:
    state = WhatIfState
    return rx.fragment(
        rx.cond(
            state.file != "",
            ui.notice(
                state.file,
                title="Файл прочитан",
                tone="ok",
                actions=(ui.button("Убрать файл", kind="quiet", icon_name="x", on_click=state.drop_file),),
            ),
        ),
        ui.file_drop(
            "/office/contests/" + state.row.id.to_string() + "/what-if/votes",
            name="votes-file",
            label="Выберите файл голосов",
            hint="До 20 МБ. В CSV — столбцы voter_id;vote, проекты по номерам заявок. Файл хранится час и только для вас",
            accept=".pb,.csv,text/csv,text/plain",
            max_mb=20,
            on_done=state.arrived,
        ),
    )


def _imagined() -> rx.Component:
    state = WhatIfState
    return rx.fragment(
        rx.el.p(
            rx.cond(
                state.row.projects != "",
                rx.fragment("Проекты: ", rx.el.strong(state.row.projects), " этого конкурса."),
                "Допущенных заявок ещё нет: проекты придумаем по бюджету.",
            ),
            class_name="muted",
        ),
        rx.el.div(
            _number("voters", "Голосующих", hint="До 200 000"),
            rx.cond(state.row.projects == "", _number("projects", "Проектов", hint="До 1000")),
            _number("picks", "Проектов в бюллетене", hint="В среднем"),
            _number("loyalty", "Болеют за своё", unit="%", hint="Столько голосов — за проекты своего места"),
            class_name="what-if-knobs",
        ),
        ui.select_field(
            "kind", "Как человек заполняет бюллетень", _KINDS, blank="", default_value=state.values["kind"]
        ),
        rx.el.details(
            rx.el.summary(ui.icon("chevron-right"), "Сплочённая группа и зерно"),
            rx.el.div(
                ui.select_field(
                    "group_place",
                    "Откуда группа",
                    state.places,
                    blank="Группы нет",
                    required=False,
                    default_value=state.values["group_place"],
                    error=state.errors["group_place"],
                    hint="Все её люди голосуют одинаково, за проекты своего места",
                ),
                _number("group", "Доля группы", unit="%", hint="От всех голосующих, до 60"),
                ui.text_field(
                    "seed",
                    "Зерно",
                    default_value=state.values["seed"],
                    error=state.errors["seed"],
                    hint="Те же ручки и то же зерно дают ту же картину",
                    auto_complete="off",
                    max_length=40,
                ),
                class_name="what-if-knobs",
            ),
            class_name="preview",
            open=state.errors.contains("group_place") | state.errors.contains("group") | state.errors.contains("seed"),
        ),
    )


def _terms() -> rx.Component:
    state = WhatIfState
    return rx.fragment(
        rx.el.h2("Правила", class_name="h3"),
        ui.money_field(
            "budget",
            "Бюджет",
            required=False,
            default_value=state.values["budget"],
            error=state.errors["budget"],
            hint=rx.match(
                state.source,
                ("past", "Пусто — бюджет того конкурса"),
                ("file", "Пусто — бюджет из файла"),
                "Пусто — бюджет этого конкурса: " + state.row.budget,
            ),
        ),
        rx.el.div(
            _number("min_votes", "Голосов для победы, не меньше", hint="0 — хватит и одного"),
            _number("step", "Шаг подъёма долей", unit="%", hint="Обычно 1 % бюджета"),
            class_name="what-if-knobs",
        ),
        rx.cond(state.row.leaves_out != "", ui.notice(state.row.leaves_out, tone="calm")),
    )


def _number(name: str, label: str, *, unit: str = "", hint: str = "") -> rx.Component:
    state = WhatIfState
    more: dict[str, Any] = {"default_value": state.values[name], "error": state.errors[name]}
    return ui.number_field(name, label, unit=unit, hint=hint, **more)


def _act() -> rx.Component:
    state = WhatIfState
    told = rx.cond(state.of > 0, f"Посчитано правил: {state.done} из {state.of}", "Готовим голоса")
    waiting = rx.el.div(
        rx.el.div(
            rx.el.p(told, role="status"),
            ui.progress(state.done, "Подсчёт по правилам", most=rx.cond(state.of > 0, state.of, 1)),
        ),
        ui.button("Не ждать", kind="quiet", on_click=state.stop),
        class_name="what-if-wait",
    )
    return rx.cond(
        state.counting,
        waiting,
        rx.el.div(ui.submit("Сравнить правила", large=True, icon_name="scale"), class_name="form-actions"),
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/what-if",
        what_if_page,
        "Что если — ЕЛКА",
        on_load=[WhatIfState.load, ViewerState.load],
    ),
]
