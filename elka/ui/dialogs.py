"""Dialogs: native ``<dialog>``, opened and closed by attributes (assets/elka.js), focus kept by the browser."""

from typing import Any

import reflex as rx

from elka.ui.base import Child, Text, classes, given, glue, icon
from elka.ui.buttons import Kind, button, icon_button


def opens(dialog_id: Text) -> dict[str, Any]:
    """Make any button open a dialog: ``button("Удалить", **opens("remove"))``."""
    return {"custom_attrs": {"data-opens": dialog_id}, "aria_haspopup": "dialog"}


def closes() -> dict[str, Any]:
    """Make any button close the dialog it stands in."""
    return {"custom_attrs": {"data-closes": ""}}


def dialog(*children: Child, dialog_id: Text, title: Text, wide: bool = False, **props: Any) -> rx.Component:
    """Hold a form or a choice above the page. Escape, the cross and a press outside close it."""
    return rx.el.dialog(
        rx.el.div(
            rx.el.h2(title, id=glue(dialog_id, "-title")),
            icon_button("x", "Закрыть", kind="plain", **closes()),
            class_name="dialog-head",
        ),
        *children,
        id=dialog_id,
        aria_labelledby=glue(dialog_id, "-title"),
        class_name=classes("dialog", "dialog-wide" if wide else ""),
        **props,
    )


def confirm_dialog(
    *children: Child,
    dialog_id: Text,
    title: Text,
    text: Child,
    confirm: Text,
    on_confirm: Any,
    cancel: Text = "Отмена",
    danger: bool = True,
) -> rx.Component:
    """Ask once before what cannot be undone. The text names the consequence; the button names the deed, not «OK»."""
    return rx.el.dialog(
        rx.el.h2(title, id=glue(dialog_id, "-title"), style={"fontSize": "1.25rem"}),
        rx.el.div(text, id=glue(dialog_id, "-text"), class_name="dialog-text"),
        *children,
        rx.el.div(
            button(cancel, kind="quiet", auto_focus=True, **closes()),
            button(confirm, kind="danger" if danger else "primary", on_click=on_confirm, **closes()),
            class_name="dialog-actions",
        ),
        id=dialog_id,
        role="alertdialog",
        aria_labelledby=glue(dialog_id, "-title"),
        aria_describedby=glue(dialog_id, "-text"),
        class_name="dialog",
    )


def confirm_button(
    label: Child,
    *,
    dialog_id: Text,
    title: Text,
    text: Child,
    confirm: Text,
    on_confirm: Any,
    kind: Kind = "danger-quiet",
    icon_name: str = "",
    **props: Any,
) -> rx.Component:
    """Draw a button together with the ConfirmDialog it opens."""
    return rx.fragment(
        button(label, kind=kind, icon_name=icon_name, **opens(dialog_id), **props),
        confirm_dialog(dialog_id=dialog_id, title=title, text=text, confirm=confirm, on_confirm=on_confirm),
    )


def menu(*items: rx.Component, label: str, face: rx.Component | None = None, head: Child = "") -> rx.Component:
    """Hold a few actions behind a button: native ``<details>``, closed by Escape and a press outside."""
    return rx.el.details(
        rx.el.summary(face or icon("ellipsis-vertical"), aria_label=label),
        rx.el.div(
            *([rx.el.div(head, class_name="menu-head")] if given(head) else []),
            *items,
            class_name="menu-panel",
        ),
        class_name="menu",
        custom_attrs={"data-menu": ""},
    )
