"""Buttons and links that look like them."""

from typing import Any, Literal

import reflex as rx

from elka.ui.base import Child, Text, classes, either, hidden, icon, link, spinner

Kind = Literal["primary", "quiet", "tint", "plain", "danger", "danger-quiet", "aurora"]


def button(
    *children: Child,
    kind: Kind = "primary",
    icon_name: str = "",
    end_icon: str = "",
    large: bool = False,
    full: bool = False,
    busy: bool | rx.Var = False,
    disabled: bool | rx.Var = False,
    **props: Any,
) -> rx.Component:
    """Draw a button. While ``busy`` it spins and takes no clicks. One primary button on a screen, no more."""
    props.setdefault("type", "button")
    label = [icon(icon_name)] if icon_name else []
    head = either(busy, spinner(), label[0] if label else rx.fragment()) if busy is not False else rx.fragment(*label)
    if busy is not False:
        props["aria_busy"] = either(busy, "true", "false")
    return rx.el.button(
        head,
        *children,
        *([icon(end_icon)] if end_icon else []),
        class_name=_look(kind, large, full, props.pop("class_name", "")),
        disabled=_off(busy, disabled),
        **props,
    )


def submit(*children: Child, **props: Any) -> rx.Component:
    """Draw the button that sends a form."""
    return button(*children, type="submit", **props)


def link_button(
    *children: Child,
    href: Text,
    kind: Kind = "primary",
    icon_name: str = "",
    end_icon: str = "",
    large: bool = False,
    full: bool = False,
    **props: Any,
) -> rx.Component:
    """Draw a link that looks like a button: for going somewhere, never for doing something."""
    return link(
        *([icon(icon_name)] if icon_name else []),
        *children,
        *([icon(end_icon)] if end_icon else []),
        href=href,
        class_name=_look(kind, large, full, props.pop("class_name", "")),
        **props,
    )


def icon_button(icon_name: str, label: Text, *, kind: Kind = "plain", **props: Any) -> rx.Component:
    """Draw a square button with an icon alone; the label is read aloud and shown on hover."""
    props.setdefault("type", "button")
    return rx.el.button(
        icon(icon_name),
        hidden(label),
        title=label,
        class_name=classes("btn", f"btn-{kind}", "btn-icon", props.pop("class_name", "")),
        **props,
    )


def copy_button(label: str, text: Text, *, kind: Kind = "quiet", icon_name: str = "link", **props: Any) -> rx.Component:
    """Copy a text (a link, a receipt) to the clipboard and say so on the button for two seconds."""
    return button(
        rx.el.span(label, custom_attrs={"data-copy-label": "Скопировано"}, aria_live="polite"),
        kind=kind,
        icon_name=icon_name,
        custom_attrs={"data-copy": text},
        **props,
    )


def more_link(label: Text, href: Text) -> rx.Component:
    """Link to the whole list: «Все конкурсы ›»."""
    return link(label, icon("chevron-right"), href=href, class_name="more")


def _look(kind: str, large: bool, full: bool, more: Any) -> Any:
    return classes(
        "btn", "" if kind == "primary" else f"btn-{kind}", "btn-l" if large else "", "btn-full" if full else "", more
    )


def _off(busy: bool | rx.Var, disabled: bool | rx.Var) -> bool | rx.Var:
    if isinstance(busy, rx.Var) and isinstance(disabled, rx.Var):
        return busy | disabled
    if isinstance(busy, rx.Var):
        return True if disabled else busy
    return True if busy else disabled
