"""The settings of the chosen field of a template: only those that its kind has."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages.build_fields import clash, flag, money, number, own
from elka.state.build_cards import AnswerRow, SettingRow, ShareRow, TickRow
from elka.state.build_field import BuildFieldState
from elka.state.build_form import BuildFormState
from elka.state.field_words import AUDIENCES
from elka.ui.base import glue
from elka.ui.rows import Option

FORM = "form"  # the step
_OPTION_MAX = 120


def field_settings() -> rx.Component:
    """Draw the settings of the chosen field; what to do where none is chosen."""
    state = BuildFormState
    return rx.cond(
        state.chosen != "",
        rx.el.fieldset(
            rx.el.legend("Свойства поля", class_name="sr"),
            _settings(),
            key=state.chosen,
            disabled=~state.is_draft,
            class_name="form-settings",
        ),
        rx.el.div(
            rx.cond(state.note != "", ui.notice(state.note, role="status")),
            ui.empty_state(
                "Выберите поле",
                "Здесь появятся его свойства: вопрос, подсказка, ограничения, условие показа.",
                icon_name="mouse-pointer-click",
                boxed=False,
                level=3,
            ),
        ),
    )


def _settings() -> rx.Component:
    state, row = BuildFormState, BuildFormState.field
    return rx.fragment(
        rx.el.p(
            row.kind_name,
            rx.cond(row.part != "", ui.badge("Из проекта", "green")),
            class_name="row row-s muted small",
        ),
        rx.cond(row.trouble != "", ui.notice(row.trouble, tone="warn", role="note")),
        rx.el.div(rx.foreach(row.settings, _setting), class_name="form-limits"),
        rx.cond(row.has_options, _options()),
        rx.cond(row.types.length() > 0, _types()),
        rx.cond(row.shares.length() > 0, _shares()),
        rx.cond(
            row.asks,
            flag(state, FORM, row.required, "Обязательное"),
        ),
        _condition(),
        rx.cond(row.audience_open, _audience()),
        rx.cond(
            row.asks & (state.values[row.audience] != "officials"),
            flag(
                state,
                FORM,
                row.hidden,
                "Скрыть от экспертов",
                hint="Чтобы оценивали, не зная этого ответа",
            ),
        ),
        rx.cond(state.is_draft, _acts()),
    )


def _setting(row: SettingRow) -> rx.Component:
    state = BuildFormState
    bound = {"hint": row.hint}
    return rx.el.div(
        rx.match(
            row.how,
            ("text", own(state, FORM, row.field, row.label, part=ui.text_area, rows=3, count_to=row.most, **bound)),
            ("money", money(state, FORM, row.field, row.label, **bound)),
            ("day", own(state, FORM, row.field, row.label, part=ui.date_field, **bound)),
            ("whole", number(state, FORM, row.field, row.label, **bound)),
            own(state, FORM, row.field, row.label, count_to=row.most, **bound),
        ),
        class_name=rx.cond(row.wide, "is-wide", ""),
    )


def _options() -> rx.Component:
    state, row = BuildFieldState, BuildFormState.field
    error = state.errors["options"]
    return rx.el.div(
        rx.el.p("Ответы на выбор", id="set-options", class_name="field-label"),
        ui.sortable(
            rx.foreach(row.options, _option),
            keys=row.option_keys,
            label="Ответы на выбор",
            on_move=lambda value, place: state.move_option(state.chosen, value, place),
            disabled=~BuildFormState.is_draft,
            class_name="form-options",
        ),
        rx.el.form(
            rx.el.input(
                name="option",
                id="set-option-new",
                placeholder="Ещё ответ",
                aria_label="Ещё ответ",
                max_length=_OPTION_MAX,
                auto_complete="off",
                class_name="input",
                aria_describedby="set-options-error",
            ),
            ui.button("Добавить", kind="tint", type="submit"),
            on_submit=lambda form: state.add_option(state.chosen, form),
            reset_on_submit=True,
            class_name="form-option-new",
        ),
        ui.field_error("set-options", error),
        class_name="field",
        role="group",
        aria_labelledby="set-options",
    )


def _option(one: AnswerRow) -> rx.Component:
    state = BuildFieldState
    return ui.sortable_item(
        rx.el.div(
            ui.sortable_handle(),
            own(
                BuildFormState,
                FORM,
                one.field,
                ui.hidden("Ответ"),
                count_to=0,
                max_length=_OPTION_MAX,
                aria_label=glue("Ответ: ", one.label),
            ),
            ui.icon_button(
                "x", glue("Убрать ответ: ", one.label), on_click=state.remove_option(state.chosen, one.value)
            ),
            class_name="form-option lifts",
        ),
        item_key=one.value,
        name=one.label,
    )


def _types() -> rx.Component:
    state = BuildFieldState

    def draw(one: TickRow) -> rx.Component:
        return rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=one.on,
                on_change=lambda on: state.take_type(state.chosen, one.value, on),
            ),
            rx.el.span(one.label),
            class_name="check",
        )

    return rx.el.div(
        rx.el.p("Какие файлы", id="set-types", class_name="field-label"),
        rx.foreach(BuildFormState.field.types, draw),
        ui.field_error("set-types", state.errors["types"]),
        class_name="field",
        role="group",
        aria_labelledby="set-types",
    )


def _shares() -> rx.Component:
    state = BuildFieldState

    def end(one: ShareRow, field: Any, words: str) -> rx.Component:
        return number(BuildFormState, FORM, field, ui.hidden(glue(one.name, ": ", words, ", процентов сметы")))

    def draw(one: ShareRow) -> rx.Component:
        return rx.el.div(
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    checked=one.on,
                    on_change=lambda on: state.take_source(state.chosen, one.source, on),
                ),
                rx.el.span(one.name),
                class_name="check",
            ),
            rx.cond(
                one.on,
                rx.el.div(
                    end(one, one.least, "не меньше"),
                    rx.el.span("–", aria_hidden="true"),
                    end(one, one.most, "не больше"),
                    rx.el.span("%", aria_hidden="true"),
                    class_name="share-ends",
                ),
            ),
            class_name="share",
        )

    return rx.el.div(
        rx.el.p("Источники денег", id="set-shares", class_name="field-label"),
        rx.el.p("Кто платит и какой может быть его доля всей сметы, от и до", class_name="field-hint"),
        rx.foreach(BuildFormState.field.shares, draw),
        ui.field_error("set-shares", state.errors["shares"]),
        class_name="field",
        role="group",
        aria_labelledby="set-shares",
    )


def _condition() -> rx.Component:
    state, row = BuildFieldState, BuildFormState.field.condition
    return rx.cond(
        row.on | row.possible,
        rx.el.div(
            ui.checkbox(
                "set-if",
                "Показывать, если…",
                switch=True,
                checked=row.on,
                on_change=lambda on: state.set_condition(state.chosen, rx.cond(on, "on", "off"), ""),
            ),
            rx.cond(
                row.on,
                rx.el.div(
                    _choice("set-if-key", "Ответ на вопрос", row.sources, row.key, "key"),
                    rx.cond(row.tests.length() > 1, _choice("set-if-test", "Какой", row.tests, row.test, "test")),
                    rx.match(
                        row.asks,
                        ("choice", _choice("set-if-value", "Ответ", row.answers, row.value, "value")),
                        (
                            "figure",
                            ui.text_field(
                                "set-if-figure",
                                "Число",
                                default_value=row.value,
                                key=row.key + row.test + row.value,
                                input_mode="numeric",
                                on_blur=lambda value: state.set_condition(state.chosen, "value", value),
                            ),
                        ),
                        rx.fragment(),
                    ),
                    class_name="form-condition",
                ),
            ),
            ui.field_error("set-condition", state.errors["condition"]),
            class_name="field",
        ),
    )


def _choice(name: str, label: str, options: Any, value: Any, what: str) -> rx.Component:
    state = BuildFieldState
    return ui.select_field(
        name,
        label,
        options,
        blank="",
        value=value,
        on_change=lambda chosen: state.set_condition(state.chosen, what, chosen),
    )


def _audience() -> rx.Component:
    state, field = BuildFormState, BuildFormState.field.audience
    return rx.fragment(
        ui.select_field(
            "set-audience",
            "Кто видит ответ",
            [Option(one.value, words) for one, words in AUDIENCES.items()],
            blank="",
            value=state.values[field],
            on_change=lambda value: state.save(field, value),
        ),
        clash(state, field),
    )


def _acts() -> rx.Component:
    state = BuildFormState
    return rx.el.div(
        rx.cond(
            state.field.part == "",
            ui.button("Копировать", kind="plain", icon_name="copy", on_click=state.duplicate(state.chosen)),
        ),
        ui.button("Убрать", kind="danger-quiet", icon_name="trash-2", on_click=state.remove(state.chosen)),
        class_name="row row-s form-settings-acts",
    )
