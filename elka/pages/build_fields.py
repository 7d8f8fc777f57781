"""Fields of the constructor: each saves itself, tells a clash at its place, and can be found by an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from elka import ui
from elka.state.build_fields import Tick

DEBOUNCE = 900  # ms after the last key


def own(
    state: Any,
    step: str,
    field: Any,
    label: str,
    *,
    part: Callable[..., rx.Component] = ui.text_field,
    chosen: bool = False,
    **props: Any,
) -> rx.Component:
    """Draw a field that saves itself: while one types, and for sure when it is left; ``chosen`` for lists."""
    key = "build-" + state.contest.to_string() + "-" + field
    saves: dict[str, Any] = {"on_change": lambda value: state.choose(field, value)}
    if not chosen:
        saves = {
            "on_focus": state.enter(field),
            "on_change": lambda value: state.save(field, value).debounce(DEBOUNCE),
            "on_blur": lambda value: state.leave(field, value),
        }
    return rx.el.div(
        part(
            field,
            label,
            default_value=state.values[field],
            key=stamp(state, field),
            error=state.errors[field],
            **saves,
            **props,
        ),
        rx.fragment() if chosen else clash(state, field),
        id=step + "-" + field,
        custom_attrs={} if chosen else {"data-keep": key},
        class_name="own",
    )


def number(state: Any, step: str, field: Any, label: str, **props: Any) -> rx.Component:
    """Draw a field for a whole number."""
    return own(state, step, field, label, input_mode="numeric", auto_complete="off", **props)


def money(state: Any, step: str, field: Any, label: str, **props: Any) -> rx.Component:
    """Draw a field for a sum."""
    return own(state, step, field, label, part=ui.money_field, **props)


def flag(state: Any, step: str, field: str, label: str, **props: Any) -> rx.Component:
    """Draw a switch."""
    return rx.el.div(
        ui.checkbox(field, label, switch=True, **at_once(state, field), **props), id=f"{step}-{field}", class_name="own"
    )


def at_once(state: Any, field: Any) -> dict[str, Any]:
    """Bind a box to tick: what is chosen is seen at once and saves itself; only others' changes draw it anew."""
    return {
        "default_checked": state.values[field] == "true",
        "key": stamp(state, field),
        "on_change": lambda on: state.choose_flag(field, on),
    }


def choice(state: Any, step: str, field: str, label: str, options: Any, **props: Any) -> rx.Component:
    """Draw a choice of one of a few, as cards."""
    return rx.el.div(
        ui.radio_group(
            field,
            label,
            options,
            default_value=state.values[field],
            key=stamp(state, field),
            on_change=lambda value: state.choose(field, value),
            **props,
        ),
        id=f"{step}-{field}",
        class_name="own",
    )


def ticks(state: Any, prefix: Any, label: str, items: Any, *, hint: str = "", **props: Any) -> rx.Component:
    """Draw several things to take or to leave, as pills in a row; their fields are ``prefix`` and the value."""

    def draw(one: Tick) -> rx.Component:
        return rx.el.label(
            rx.el.input(type="checkbox", **at_once(state, prefix + one.value)),
            one.name,
            title=one.note,
            class_name="pill",
        )

    return rx.el.fieldset(
        rx.el.legend(label, class_name="field-label"),
        rx.el.p(hint, class_name="field-hint") if hint else rx.fragment(),
        rx.el.div(rx.foreach(items, draw), class_name="choices-row"),
        class_name="field own",
        **props,
    )


def stamp(state: Any, field: Any) -> rx.Var:
    """Return the key of a field: it changes when the field is to be drawn anew."""
    return rx.Var.create("build-") + state.contest.to_string() + "-" + field + "-" + state.stamps[field].to_string()


def clash(state: Any, field: Any) -> rx.Component:
    """Let a person choose when somebody else has written into the same field meanwhile."""
    return rx.cond(
        state.clashes.contains(field),
        ui.notice(
            rx.el.blockquote(rx.cond(state.clashes[field] != "", state.clashes[field], "пусто"), class_name="theirs"),
            title="Пока вы писали, это поле изменил другой сотрудник. Сейчас там:",
            tone="warn",
            actions=(
                ui.button("Оставить моё", kind="quiet", on_click=state.keep_mine(field)),
                ui.button("Взять их вариант", kind="quiet", on_click=state.take_theirs(field)),
            ),
            class_name="clash",
        ),
    )


def part(*children: rx.Component, title: str, text: Any = "", **props: Any) -> rx.Component:
    """Group fields of a step in a card."""
    return rx.el.section(
        rx.el.h3(title),
        rx.el.p(text, class_name="lead-line") if not isinstance(text, str) or text else rx.fragment(),
        rx.el.div(*children, class_name="stack form-stack"),
        class_name="card build-part",
        **props,
    )


def pair(*fields: rx.Component) -> rx.Component:
    """Put fields side by side."""
    return rx.el.div(*fields, class_name="build-pair")
