"""The form of a contest: beginning it, and the draft that saves itself."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.core.lifecycle import PhaseKind
from elka.pages import Page
from elka.pages.contests import rules_list
from elka.pages.office import HOME
from elka.state.contest_edit import OPTIONAL, ContestEditState, DirectionField, LackRow
from elka.state.contest_new import ContestNewState
from elka.state.viewer import ViewerState

DEBOUNCE = 900  # ms after the last key


def new_page() -> rx.Component:
    """Draw the beginning of a contest."""
    state = ContestNewState
    return ui.page(
        ui.screen(state, _new(), waiting=ui.skeleton("text", 6), on_retry=state.load),
        active="office",
        width="form",
    )


def _new() -> rx.Component:
    state = ContestNewState
    return rx.fragment(
        ui.page_header(
            "Новый конкурс",
            crumbs=[HOME, ("Новый конкурс", "")],
            lead="Начните с трёх полей. Правила и сроки мы предложим, вы их поправите.",
        ),
        ui.card(
            rx.el.form(
                ui.select_field(
                    "place", "Где проводится", state.places, default_value=state.place, error=state.errors["place"]
                ),
                ui.text_field(
                    "title",
                    "Название",
                    hint="Например, «Инициативы Берёзовского района — 2027»",
                    count_to=120,
                    error=state.errors["title"],
                ),
                ui.money_field(
                    "budget", "Бюджет конкурса", hint="На всех победителей вместе", error=state.errors["budget"]
                ),
                rx.el.div(
                    ui.submit("Создать черновик", large=True),
                    ui.link_button("Отмена", href="/office", kind="plain"),
                    class_name="form-actions",
                ),
                on_submit=state.create,
                class_name="stack",
                no_validate=True,
            ),
        ),
    )


def edit_page() -> rx.Component:
    """Draw the draft of a contest."""
    state = ContestEditState
    return ui.page(
        ui.screen(state, _edit(), on_retry=state.load, missing="Черновика нет", back=HOME),
        active="office",
        bar=rx.cond(
            (state.status == "ready") & state.row.is_draft,
            rx.fragment(rx.el.span(state.row.saved, class_name="muted small"), _announce_button()),
            rx.fragment(),
        ),
    )


def _edit() -> rx.Component:
    state = ContestEditState
    row = state.row
    return rx.fragment(
        ui.page_header(
            row.title,
            crumbs=[HOME, (row.place, "")],
            kicker=ui.badge("Черновик"),
            actions=[ui.saved_mark(row.saved)],
        ),
        rx.cond(
            state.clash,
            ui.notice(
                "Пока вы правили, черновик изменили в другом окне. Ваша последняя правка не сохранена.",
                tone="error",
                actions=(ui.button("Показать как есть", kind="quiet", on_click=state.load),),
            ),
        ),
        rx.cond(
            row.is_draft,
            rx.el.div(
                rx.el.aside(_ready(), aria_label="До объявления", class_name="stack"),
                rx.el.div(
                    _basics(),
                    _money(),
                    _who(),
                    _dates(),
                    _voting(),
                    _directions(),
                    key="form" + state.taken.to_string(),
                ),
                class_name="deed",
            ),
            ui.notice(
                "Конкурс уже объявлен, его условия не меняются.",
                actions=(ui.link_button("К конкурсу", href="/office/contests/" + row.id.to_string(), kind="quiet"),),
            ),
        ),
        _announce_dialog(),
    )


def _ready() -> rx.Component:
    state = ContestEditState
    return rx.fragment(
        ui.card(
            rx.cond(
                state.lacks.length() > 0,
                rx.fragment(
                    rx.el.h2("До объявления осталось", class_name="h3"),
                    rx.el.ul(rx.foreach(state.lacks, _lack), class_name="lacks"),
                ),
                rx.fragment(
                    rx.el.h2("Всё заполнено", class_name="h3"),
                    rx.el.p(
                        "Перечитайте правила, как их увидят жители: после объявления они не меняются.",
                        class_name="muted",
                    ),
                ),
            ),
            rx.el.div(_announce_button(full=True), class_name="form-actions"),
            rx.el.div(
                ui.confirm_button(
                    "Удалить черновик",
                    dialog_id="discard",
                    title="Удалить черновик?",
                    text="Всё, что в нём написано, пропадёт.",
                    confirm="Удалить",
                    on_confirm=state.discard,
                    kind="danger-quiet",
                    class_name="btn-full",
                ),
            ),
        ),
        ui.card(
            rx.el.details(
                rx.el.summary(ui.icon("chevron-right"), "Как увидит житель"),
                rules_list(state.preview),
                class_name="preview",
            )
        ),
    )


def _lack(lack: LackRow) -> rx.Component:
    return rx.el.li(rx.el.a(ui.icon("circle-alert"), lack.text, href="#" + lack.anchor))


def _announce_button(*, full: bool = False) -> rx.Component:
    state = ContestEditState
    return ui.button(
        "Объявить конкурс",
        full=full,
        large=full,
        disabled=state.lacks.length() > 0,
        **ui.opens("announce"),
    )


def _announce_dialog() -> rx.Component:
    state = ContestEditState
    return ui.confirm_dialog(
        dialog_id="announce",
        title="Объявить конкурс?",
        text="Его увидят все. Деньги, требования, правила голосования и зерно жребия после этого не меняются; тексты можно "
        "уточнять до голосования, этапы — продлевать.",
        confirm="Объявить",
        on_confirm=state.announce,
        danger=False,
    )


def _saves(field: str) -> dict[str, Any]:
    """Save a field while it is typed, a moment after the last key, and for sure when it is left."""
    state = ContestEditState
    return {
        "error": state.errors[field],
        "on_change": lambda value: state.save(field, value).debounce(DEBOUNCE),
        "on_blur": lambda value: state.save(field, value),
    }


def _part(*children: rx.Component, title: str, text: str, anchor: str) -> rx.Component:
    return rx.el.section(
        rx.el.h2(title),
        rx.el.p(text, class_name="lead-line"),
        rx.el.div(*children, class_name="stack"),
        id=anchor,
        class_name="card form-card",
    )


def _basics() -> rx.Component:
    row = ContestEditState.row
    return _part(
        ui.text_field("title", "Название", default_value=row.title, count_to=120, **_saves("title")),
        ui.text_area(
            "summary",
            "Для чего конкурс",
            hint="Два-три предложения: их увидят в списке конкурсов",
            default_value=row.summary,
            count_to=400,
            rows=3,
            **_saves("summary"),
        ),
        ui.text_area(
            "rules",
            "Дополнительные условия",
            hint="То, чего нет в полях ниже: документы, адреса, собрания",
            default_value=row.rules,
            count_to=8000,
            required=False,
            rows=5,
            **_saves("rules"),
        ),
        title="Основное",
        text="Как жители узнают конкурс.",
        anchor="basics",
    )


def _money() -> rx.Component:
    row = ContestEditState.row
    return _part(
        ui.money_field("budget", "Бюджет конкурса", default_value=row.budget, **_saves("budget")),
        rx.el.div(
            ui.money_field("min_cost", "Проект просит от", default_value=row.min_cost, **_saves("min_cost")),
            ui.money_field("max_cost", "и до", default_value=row.max_cost, **_saves("max_cost")),
            class_name="grid grid-form",
        ),
        _number("max_share", "Наибольшая доля конкурса, %", row.max_share, "Остальное — жители, партнёры, свой труд"),
        title="Деньги",
        text="Сколько на всех и сколько на один проект.",
        anchor="money",
    )


def _who() -> rx.Component:
    row = ContestEditState.row
    return _part(
        rx.el.div(
            _number("min_age", "Возраст от, лет", row.min_age, "И заявителей, и голосующих"),
            _number("group_min", "Людей в группе, не меньше", row.group_min, "Считая автора; 1 — группа не нужна"),
            class_name="grid grid-form",
        ),
        title="Кто подаёт",
        text="Требования, которые сайт проверит сам при подаче.",
        anchor="who",
    )


def _dates() -> rx.Component:
    return _part(
        *[_phase(place, kind) for place, kind in enumerate(PhaseKind)],
        title="Сроки",
        text="Этапы открываются и закрываются сами, в свою минуту. Время — Югры.",
        anchor="dates",
    )


def _phase(place: int, kind: PhaseKind) -> rx.Component:
    state = ContestEditState
    field = state.phases[place]
    name = kind.value
    required = kind not in OPTIONAL

    def end(which: str, label: str, value: rx.Var) -> rx.Component:
        return ui.date_field(
            f"{name}-{which}",
            label,
            type="datetime-local",
            required=True,
            default_value=value,
            on_blur=lambda typed: state.save_phase(name, which, typed),
        )

    return rx.el.div(
        rx.el.h3(field.name, rx.fragment() if required else rx.el.span(" — необязательно", class_name="optional")),
        rx.el.p(field.hint, class_name="field-hint"),
        rx.el.div(
            end("opens", "Начало", field.opens),
            end("closes", "Конец", field.closes),
            class_name="grid grid-form",
        ),
        ui.field_error(name, state.errors[name]),
        role="group",
        aria_label=field.name,
        class_name="phase-field",
    )


def _voting() -> rx.Component:
    state = ContestEditState
    row = state.row
    return _part(
        rx.el.div(
            ui.text_field(
                "vote_limit",
                "Голосов у одного человека",
                hint="Пусто — сколько угодно проектов, по голосу за каждый",
                default_value=row.vote_limit,
                required=False,
                input_mode="numeric",
                **_saves("vote_limit"),
            ),
            _number("min_votes", "Голосов для победы, не меньше", row.min_votes, "0 — хватит и одного"),
            class_name="grid grid-form",
        ),
        ui.checkbox(
            "figures_hidden",
            "Скрывать счёт до публикации итогов",
            hint="Тогда промежуточный счёт не виден никому, и вам тоже",
            switch=True,
            checked=row.figures_hidden,
            on_change=lambda on: state.save_flag("figures_hidden", on),
        ),
        ui.checkbox(
            "may_change_votes",
            "Разрешить менять выбор до закрытия",
            switch=True,
            checked=row.may_change_votes,
            on_change=lambda on: state.save_flag("may_change_votes", on),
        ),
        title="Голосование",
        text="Победители: по числу голосов сверху вниз, пока хватает бюджета. При равенстве — жребий.",
        anchor="voting",
    )


def _directions() -> rx.Component:
    state = ContestEditState
    return _part(
        rx.el.fieldset(
            rx.el.legend("Какие направления принимаются", class_name="sr"),
            rx.el.div(rx.foreach(state.directions, _direction), class_name="choices-row"),
            ui.field_error("directions", state.errors["directions"]),
        ),
        title="Направления",
        text="Ничего не отмечено — принимаются любые.",
        anchor="directions",
    )


def _direction(one: DirectionField) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", checked=one.on, on_change=lambda _: ContestEditState.choose_direction(one.id)),
        one.name,
        class_name="pill",
    )


def _number(name: str, label: str, value: rx.Var, hint: str) -> rx.Component:
    return ui.text_field(name, label, hint=hint, default_value=value, input_mode="numeric", **_saves(name))


PAGES = [
    Page("/office/contests/new", new_page, "Новый конкурс — ЕЛКА", on_load=[ContestNewState.load, ViewerState.load]),
    Page(
        "/office/contests/[contest_id]/edit",
        edit_page,
        "Черновик конкурса — ЕЛКА",
        on_load=[ContestEditState.load, ViewerState.load],
    ),
]
