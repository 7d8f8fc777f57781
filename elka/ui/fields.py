"""Fields of a form: a label, a control, a hint, a counter, an error tied to the control.

Every field takes ``value`` (with ``on_change``) or ``default_value``, and passes further props to the control.
``error`` is empty while all is well. ``name`` is the key in the form's data and the base of the ids.
"""

from typing import Any

import reflex as rx

from elka.ui.base import Child, Text, classes, each, either, given, glue, hidden, icon, shown
from elka.ui.rows import Option


def field(
    control: rx.Component,
    *,
    name: str,
    label: Child,
    hint: Text = "",
    error: Text = "",
    required: bool | rx.Var = True,
    counter: rx.Component | None = None,
) -> rx.Component:
    """Put a label over a control, a hint between them, an error and a counter under it."""
    return rx.el.div(
        rx.el.label(label, _optional(required), html_for=name, class_name="field-label"),
        shown(hint, lambda: rx.el.p(hint, id=f"{name}-hint", class_name="field-hint")),
        control,
        rx.el.div(field_error(name, error), *([counter] if counter else []), class_name="field-under"),
        class_name="field",
    )


def field_error(name: str, error: Text) -> rx.Component:
    """Say what to do about a field; the place is there from the start, so that readers notice the text."""
    return rx.el.p(
        shown(error, lambda: rx.fragment(icon("circle-alert"), rx.el.span(error))),
        id=f"{name}-error",
        class_name="field-error",
        aria_live="polite",
    )


def text_field(
    name: str,
    label: Child,
    *,
    hint: Text = "",
    error: Text = "",
    required: bool | rx.Var = True,
    count_to: int | rx.Var = 0,
    cut: bool = True,
    icon_name: str = "",
    **props: Any,
) -> rx.Component:
    """Ask for one line. ``count_to`` sets the limit and shows how much of it is used.

    ``cut=False``: more may be typed than fits, and is told of; what is pasted would otherwise be cut in silence.
    """
    props.setdefault("type", "text")
    control = rx.el.input(**_control(name, hint, error, required, count_to, cut=cut), **props)
    if icon_name:
        control = rx.el.div(icon(icon_name), control, class_name="input-box")
    counter = _counter(name, count_to, props) if given(count_to) else None
    return field(control, name=name, label=label, hint=hint, error=error, required=required, counter=counter)


def text_area(
    name: str,
    label: Child,
    *,
    hint: Text = "",
    error: Text = "",
    required: bool | rx.Var = True,
    count_to: int | rx.Var = 0,
    cut: bool = True,
    rows: int = 5,
    **props: Any,
) -> rx.Component:
    """Ask for several paragraphs; the box grows with the text. ``cut`` as in ``text_field``."""
    control = rx.el.textarea(rows=rows, **_control(name, hint, error, required, count_to, cut=cut), **props)
    counter = _counter(name, count_to, props) if given(count_to) else None
    return field(control, name=name, label=label, hint=hint, error=error, required=required, counter=counter)


def email_field(name: str = "email", label: str = "Электронная почта", **props: Any) -> rx.Component:
    """Ask for an e-mail address."""
    return text_field(name, label, **{"type": "email", "auto_complete": "email", "input_mode": "email", **props})


def phone_field(name: str = "phone", label: str = "Телефон", **props: Any) -> rx.Component:
    """Ask for a phone. Any way of writing it will do: the state brings it to one."""
    wanted = {"type": "tel", "auto_complete": "tel", "input_mode": "tel", "placeholder": "+7 922 123-45-67"}
    return text_field(name, label, **{**wanted, **props})


def date_field(name: str, label: Child, **props: Any) -> rx.Component:
    """Ask for a date (``type="datetime-local"`` for a moment) by the browser's own calendar."""
    return text_field(name, label, **{"type": "date", **props})


def password_field(
    name: str = "password",
    label: str = "Пароль",
    *,
    hint: Text = "",
    error: Text = "",
    new: bool = False,
    **props: Any,
) -> rx.Component:
    """Ask for a password, with an eye to look at what is typed."""
    props.setdefault("auto_complete", "new-password" if new else "current-password")
    box = rx.el.div(
        rx.el.input(type="password", **_control(name, hint, error, required=True), **props),
        rx.el.div(
            rx.el.button(
                icon("eye", class_name="is-hidden"),
                icon("eye-off", class_name="is-shown"),
                hidden("Показать пароль"),
                type="button",
                custom_attrs={"data-reveal": name},
            ),
            class_name="input-end",
        ),
        class_name="input-box",
    )
    return field(box, name=name, label=label, hint=hint, error=error)


def money_field(
    name: str,
    label: Child,
    *,
    hint: Text = "",
    error: Text = "",
    required: bool | rx.Var = True,
    sign: str = "₽",
    **props: Any,
) -> rx.Component:
    """Ask for a sum. Thousands part while typing: the form receives ``1 200 000``, ``labels.whole`` reads it."""
    box = rx.el.div(
        rx.el.input(
            type="text",
            input_mode="numeric",
            auto_complete="off",
            **_control(name, hint, error, required, attrs={"data-money": ""}),
            **props,
        ),
        rx.el.span(sign, class_name="input-sign", aria_hidden="true"),
        class_name="input-box has-sign",
    )
    return field(box, name=name, label=label, hint=hint, error=error, required=required)


def number_field(
    name: Text,
    label: Child,
    *,
    unit: Text = "",
    hint: Text = "",
    error: Text = "",
    required: bool | rx.Var = True,
    **props: Any,
) -> rx.Component:
    """Ask for a number, whole or with a comma; ``unit`` stands after it."""
    box = rx.el.div(
        rx.el.input(
            type="text",
            input_mode="decimal",
            auto_complete="off",
            **_control(name, hint, error, required),
            **props,
        ),
        shown(unit, lambda: rx.el.span(unit, class_name="input-unit", aria_hidden="true")),
        class_name="number-box",
    )
    return field(box, name=name, label=label, hint=hint, error=error, required=required)


def select_field(
    name: str,
    label: Child,
    options: Any,
    *,
    hint: Text = "",
    error: Text = "",
    required: bool | rx.Var = True,
    blank: str = "Выберите",
    **props: Any,
) -> rx.Component:
    """Ask to choose one of many by the browser's own list. ``options`` are ``rows.Option``; ``blank`` heads them."""
    control = rx.el.div(
        rx.el.select(
            *([rx.el.option(blank, value="")] if blank else []),
            *each(options, lambda one: rx.el.option(one.label, value=one.value)),
            **_control(name, hint, error, required),
            **props,
        ),
        icon("chevron-down"),
        class_name="input-box",
    )
    return field(control, name=name, label=label, hint=hint, error=error, required=required)


def search_field(
    name: str = "q", label: str = "Найти", *, placeholder: str = "", in_form: bool = True, **props: Any
) -> rx.Component:
    """Ask what to look for. The label is for readers; the loupe says it to everyone else."""
    box = rx.el.div(
        icon("search"),
        rx.el.input(
            type="search",
            name=name,
            aria_label=label,
            placeholder=placeholder if given(placeholder) else label,
            auto_complete="off",
            enter_key_hint="search",
            class_name="input",
            **props,
        ),
        class_name="input-box",
    )
    return box if in_form else rx.el.div(box, role="search")


def checkbox(
    name: str, label: Child, *, hint: Text = "", error: Text = "", switch: bool = False, **props: Any
) -> rx.Component:
    """Ask yes or no; ``switch`` for what acts at once. The label may hold a link to a document."""
    known = {"role": "switch"} if switch else {}
    return rx.el.div(
        rx.el.label(
            rx.el.input(
                id=name,
                name=name,
                type="checkbox",
                aria_invalid=either(error, "true", "false"),
                aria_describedby=f"{name}-error",
                **known,
                **props,
            ),
            rx.el.span(label, shown(hint, lambda: rx.el.span(hint, class_name="field-hint"))),
            class_name=classes("check", "is-switch" if switch else ""),
        ),
        field_error(name, error),
        class_name="field",
    )


def radio_group(
    name: str,
    label: Child,
    options: Any,
    *,
    value: Any = None,
    default_value: Any = None,
    on_change: Any = None,
    hint: Text = "",
    error: Text = "",
    required: bool | rx.Var = True,
    pills: bool = False,
    kind: str = "radio",
    disabled: bool | rx.Var = False,
    **props: Any,
) -> rx.Component:
    """Ask to choose one of a few, all in sight: as cards with notes, or as ``pills`` in a row.

    ``kind="checkbox"`` lets several be chosen; then ``value`` is a list (var) of values. ``default_value``: what is
    chosen at first, the browser keeps what is chosen later.
    """

    def chosen(one: Option) -> dict[str, Any]:
        word, held = ("checked", value) if value is not None else ("default_checked", default_value)
        if held is None:
            return {}
        if kind == "radio":
            return {word: held == one.value}
        return {word: held.contains(one.value) if isinstance(held, rx.Var) else one.value in held}

    def draw(one: Option) -> rx.Component:
        known = chosen(one) | ({"on_change": lambda _: on_change(one.value)} if on_change is not None else {})
        if disabled is not False:
            known["disabled"] = disabled
        control = rx.el.input(type=kind, name=name, value=one.value, **known)
        if pills:
            return rx.el.label(control, one.label, class_name="pill")
        words = rx.el.span(one.label, shown(one.note, lambda: rx.el.span(one.note, class_name="field-hint")))
        return rx.el.label(control, words, class_name="check option")

    return rx.el.fieldset(
        rx.el.legend(label, _optional(required), class_name="field-label"),
        shown(hint, lambda: rx.el.p(hint, id=f"{name}-hint", class_name="field-hint")),
        rx.el.div(*each(options, draw), class_name="choices-row" if pills else "choices"),
        field_error(name, error),
        class_name="field",
        id=name,
        tab_index=-1,
        aria_describedby=f"{name}-error",
        **props,
    )


def _control(
    name: str,
    hint: Text,
    error: Text,
    required: bool | rx.Var = True,
    count_to: int | rx.Var = 0,
    attrs: dict[str, Any] | None = None,
    *,
    cut: bool = True,
) -> dict[str, Any]:
    ids = [f"{name}-error"] if not given(hint) else [f"{name}-hint", f"{name}-error"]
    if given(count_to):
        ids.append(f"{name}-count")
    known: dict[str, Any] = {
        "id": name,
        "name": name,
        "class_name": "input",
        "aria_describedby": " ".join(ids),
        "aria_invalid": either(error, "true", "false"),
        "aria_required": either(required, "true", "false"),
    }
    if given(count_to):
        known |= {"custom_attrs": {"data-count": count_to}} | ({"max_length": count_to} if cut else {})
    if attrs:
        known["custom_attrs"] = attrs
    return known


def _counter(name: str, count_to: int | rx.Var, props: dict[str, Any]) -> rx.Component:
    start = props.get("value", props.get("default_value", ""))
    length = start.length() if isinstance(start, rx.Var) else len(str(start or ""))
    return rx.el.span(glue(length, " из ", count_to), id=f"{name}-count", class_name="field-count")


def _optional(required: bool | rx.Var) -> rx.Component:
    mark = rx.el.span(" — необязательно", class_name="optional")
    if isinstance(required, rx.Var):
        return rx.cond(required, rx.fragment(), mark)
    return rx.fragment() if required else mark
