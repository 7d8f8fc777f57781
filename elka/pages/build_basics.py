"""The first step of the constructor: what the contest is, who applies, how much money, which categories."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages.build_fields import choice, flag, money, number, own, pair, part, ticks
from elka.pages.build_frame import step_box
from elka.pages.contests import contest_card, rules_list
from elka.state.build_basics import BuildBasicsState
from elka.state.build_categories import BuildCategoriesState, CategoryRow

_STEP = "basics"


def basics_step() -> rx.Component:
    """Draw the step."""
    state = BuildBasicsState
    return step_box(
        state,
        "Основное",
        "Как жители узнают конкурс, кто подаёт заявки и сколько денег.",
        _name(),
        _who(),
        _money(),
        _directions(),
        _categories(),
        _terms(),
        more=BuildCategoriesState,
    )


def basics_aside() -> rx.Component:
    """Show how residents will see the contest."""
    state = BuildBasicsState
    return rx.fragment(
        rx.el.h2("Как увидит житель", class_name="h3"),
        rx.el.div(rx.foreach(state.card, contest_card), class_name="build-preview"),
        rx.el.details(
            rx.el.summary(ui.icon("chevron-right"), "Правила простыми словами"),
            rules_list(state.rules),
            class_name="preview",
        ),
    )


def _name() -> rx.Component:
    state = BuildBasicsState
    return part(
        own(
            state,
            _STEP,
            "title",
            "Название",
            hint="Например, «Инициативы Берёзовского района — 2027»",
            count_to=120,
        ),
        rx.cond(
            state.places.length() > 0,
            own(state, _STEP, "place", "Где проводится", part=_place_field, chosen=True),
        ),
        choice(state, _STEP, "kind", "Вид конкурса", state.kinds),
        own(
            state,
            _STEP,
            "summary",
            "Для чего конкурс",
            part=ui.text_area,
            hint="Два-три предложения: их увидят в списке конкурсов",
            count_to=400,
            rows=3,
        ),
        own(
            state,
            _STEP,
            "rules",
            "Дополнительные условия",
            part=ui.text_area,
            hint="То, чего нет в полях: документы, адреса, собрания. Список — с тире",
            count_to=8000,
            required=False,
            rows=4,
        ),
        title="О конкурсе",
    )


def _place_field(name: str, label: str, **props: Any) -> rx.Component:
    return ui.select_field(name, label, BuildBasicsState.places, blank="", **props)


def _who() -> rx.Component:
    state = BuildBasicsState
    return part(
        ticks(state, "applicant:", "Кто может подать заявку", state.applicants, id="basics-applicants"),
        pair(
            number(state, _STEP, "min_age", "Возраст от, лет"),
            number(state, _STEP, "max_age", "до, лет", hint="Пусто — без предела", required=False),
        ),
        number(
            state,
            _STEP,
            "group_min",
            "Людей в инициативной группе, не меньше",
            hint="Считая автора; 1 — группа не нужна. Каждый подтверждает участие сам",
        ),
        rx.cond(
            ~state.is_region,
            flag(
                state,
                _STEP,
                "local_only",
                "Только жители этого места",
                hint="Заявитель должен быть зарегистрирован на сайте в этом муниципалитете",
            ),
        ),
        title="Кто подаёт",
        text="Эти требования сайт проверит сам и скажет о них до первого поля заявки.",
    )


def _money() -> rx.Component:
    state = BuildBasicsState
    return part(
        money(state, _STEP, "budget", "Бюджет конкурса", hint="На всех победителей вместе"),
        pair(
            money(state, _STEP, "min_cost", "Проект просит от"),
            money(state, _STEP, "max_cost", "и до"),
        ),
        number(
            state,
            _STEP,
            "max_share",
            "Наибольшая доля конкурса в проекте, %",
            hint="Остальное — жители, партнёры, свой труд; 100 — своих денег не нужно",
        ),
        title="Деньги",
    )


def _directions() -> rx.Component:
    state = BuildBasicsState
    return part(
        ticks(
            state,
            "direction:",
            "Какие направления принимаются",
            state.directions,
            hint="Ничего не отмечено — принимаются любые",
            id="basics-directions",
        ),
        title="Направления",
    )


def _categories() -> rx.Component:
    state = BuildCategoriesState
    return part(
        choice(state, _STEP, "category_basis", "Как делятся заявки", state.bases),
        rx.cond(
            state.basis != "",
            rx.fragment(
                rx.el.ol(rx.foreach(state.rows, _category), class_name="categories"),
                rx.el.div(
                    ui.button("Добавить категорию", kind="tint", icon_name="plus", on_click=state.add),
                    rx.el.span(state.total, class_name="muted small"),
                    class_name="row row-between",
                ),
                rx.foreach(state.flaws, lambda text: ui.notice(text, tone="warn")),
            ),
        ),
        title="Категории",
        text="У каждой категории свой бюджет или свои места: маленькие не соревнуются с большими. Можно ограничить и число "
        "голосов в каждой: например, три проекта своего посёлка и два на весь район.",
    )


def _category(row: CategoryRow) -> rx.Component:
    state = BuildCategoriesState
    base = row.id.to_string() + "-"

    def field(column: str, label: str, **props: Any) -> rx.Component:
        return own(state, _STEP, base + column, label, **props)

    return rx.el.li(
        rx.el.div(
            rx.el.h4(row.title),
            rx.el.div(
                ui.icon_button(
                    "arrow-up", "Выше: " + row.title, on_click=state.move(row.id, False), disabled=row.is_first
                ),
                ui.icon_button(
                    "arrow-down", "Ниже: " + row.title, on_click=state.move(row.id, True), disabled=row.is_last
                ),
                ui.icon_button("trash-2", "Убрать: " + row.title, on_click=state.remove(row.id)),
                class_name="row row-s nowrap",
            ),
            class_name="row row-between nowrap",
        ),
        rx.el.div(
            field("name", "Название", count_to=80),
            rx.cond(
                state.by_places,
                field("places", "Победителей", input_mode="numeric"),
                field("budget", "Бюджет категории", part=ui.money_field),
            ),
            class_name="build-pair",
        ),
        rx.cond(
            state.basis == "population",
            rx.el.div(
                field(
                    "people_from", "Жителей от", part=ui.money_field, sign="чел.", required=False, hint="Включительно"
                ),
                field(
                    "people_below",
                    "и меньше",
                    part=ui.money_field,
                    sign="чел.",
                    required=False,
                    hint="Пусто — без предела",
                ),
                class_name="build-pair",
            ),
        ),
        rx.cond(
            state.basis == "direction",
            ticks(
                state,
                base + "direction:",
                "Направления категории",
                row.directions,
                hint="Из тех, что принимает конкурс",
                id="basics-" + base + "directions",
            ),
        ),
        rx.cond(
            state.basis == "settlement",
            ticks(
                state,
                base + "settlement:",
                "Населённые пункты категории",
                row.settlements,
                hint="Каждый — в одной категории; сначала самые большие",
                id="basics-" + base + "settlements",
            ),
        ),
        field(
            "vote_limit",
            "Проектов этой категории в одном бюллетене, не больше",
            input_mode="numeric",
            required=False,
            hint="Пусто — действует только предел всего бюллетеня",
        ),
        key=row.id.to_string(),
    )


def _terms() -> rx.Component:
    state = BuildBasicsState
    return part(
        pair(
            number(state, _STEP, "correction_days", "На исправление заявки, дней", hint="После замечаний организатора"),
            number(state, _STEP, "appeal_days", "На возражение, дней", hint="После отказа; 0 — возражений нет"),
        ),
        title="Сроки для заявителей",
    )
