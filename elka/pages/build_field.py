"""The settings of the chosen field of a template: only those that its kind has."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.state.build_cards import AnswerRow, SettingRow, ShareRow, TickRow
from elka.state.build_field import BuildFieldState
from elka.state.build_form import BuildFormState
from elka.state.field_words import AUDIENCES
from elka.ui.base import glue
from elka.ui.rows import Option

DEBOUNCE = 900  # ms after the last key
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


def own_field(state: Any, field: Any) -> dict[str, Any]:
    """Bind a control to a field that saves itself: a moment after the last key, and when it is left."""
    return {
        "default_value": state.values[field],
        "error": state.errors[field],
        "key": glue(field, "-", state.stamps[field]),
        "on_focus": state.enter(field),
        "on_change": lambda value: state.save(field, value).debounce(DEBOUNCE),
        "on_blur": lambda value: state.leave(field, value),
    }


def clash(state: Any, field: Any) -> rx.Component:
    """Tell that somebody else has changed the field meanwhile, and let one choose."""
    return rx.cond(
        state.clashes.contains(field),
        ui.notice(
            rx.el.p("Сейчас там: «", state.clashes[field], "»"),
            title="Это поле только что изменил другой сотрудник",
            tone="warn",
            actions=(
                ui.button("Оставить моё", kind="quiet", on_click=state.keep_mine(field)),
                ui.button("Взять их вариант", kind="plain", on_click=state.take_theirs(field)),
            ),
        ),
    )


def kept(state: Any, field: Any, *children: rx.Component, **props: Any) -> rx.Component:
    """Hold what is typed into a field until the server has it."""
    key = glue("build-", state.contest, "-", field)
    return rx.el.div(*children, clash(state, field), custom_attrs={"data-keep": key}, **props)


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
            ui.checkbox(
                "set-required",
                "Обязательное",
                switch=True,
                checked=state.values[row.required] == "true",
                on_change=lambda on: state.save_flag(row.required, on),
            ),
        ),
        _condition(),
        rx.cond(row.audience_open, _audience()),
        rx.cond(
            row.asks & (state.values[row.audience] != "officials"),
            ui.checkbox(
                "set-hidden",
                "Скрыть от экспертов",
                hint="Чтобы оценивали, не зная этого ответа",
                switch=True,
                checked=state.values[row.hidden] == "true",
                on_change=lambda on: state.save_flag(row.hidden, on),
            ),
        ),
        rx.cond(state.is_draft, _acts()),
    )


def _setting(row: SettingRow) -> rx.Component:
    state = BuildFormState
    bound = own_field(state, row.field)
    name = glue("set-", row.field)
    counted = {"count_to": row.most}
    return kept(
        state,
        row.field,
        rx.match(
            row.how,
            ("text", ui.text_area(name, row.label, hint=row.hint, rows=3, **counted, **bound)),
            ("money", ui.money_field(name, row.label, hint=row.hint, **bound)),
            ("day", ui.date_field(name, row.label, hint=row.hint, **bound)),
            (
                "whole",
                ui.text_field(name, row.label, hint=row.hint, input_mode="numeric", auto_complete="off", **bound),
            ),
            ui.text_field(name, row.label, hint=row.hint, **counted, **bound),
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
    words = own_field(BuildFormState, one.field)
    error = words.pop("error")
    return ui.sortable_item(
        kept(
            BuildFormState,
            one.field,
            rx.el.div(
                ui.sortable_handle(),
                rx.el.input(
                    id=glue("set-", one.field),
                    aria_label=glue("Ответ: ", one.label),
                    max_length=_OPTION_MAX,
                    class_name="input",
                    aria_invalid=rx.cond(error, "true", "false"),
                    **words,
                ),
                ui.icon_button(
                    "x", glue("Убрать ответ: ", one.label), on_click=state.remove_option(state.chosen, one.value)
                ),
                class_name="form-option lifts",
            ),
            ui.field_error(glue("set-", one.field), error),
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

    def end(one: ShareRow, field: Any, sign: str, words: str) -> rx.Component:
        bound = own_field(BuildFormState, field)
        error = bound.pop("error")
        return rx.el.label(
            rx.el.span(sign),
            rx.el.input(
                id=glue("set-", field),
                aria_label=glue(one.name, ": ", words, ", процентов сметы"),
                input_mode="numeric",
                auto_complete="off",
                class_name="input",
                aria_invalid=rx.cond(error, "true", "false"),
                **bound,
            ),
            class_name="share-end",
            custom_attrs={"data-keep": glue("build-", BuildFormState.contest, "-", field)},
        )

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
                    end(one, one.least, "от", "не меньше"),
                    end(one, one.most, "до", "не больше"),
                    rx.el.span("%", aria_hidden="true"),
                    class_name="share-ends",
                ),
            ),
            rx.cond(one.on, clash(BuildFormState, one.least)),
            rx.cond(one.on, clash(BuildFormState, one.most)),
            ui.field_error(glue("set-", one.least), BuildFormState.errors[one.least]),
            ui.field_error(glue("set-", one.most), BuildFormState.errors[one.most]),
            class_name="share",
        )

    return rx.el.div(
        rx.el.p("Источники денег", id="set-shares", class_name="field-label"),
        rx.el.p("Кто платит и какая это доля всей сметы", class_name="field-hint"),
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
