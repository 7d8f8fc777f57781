"""The frame of a page that is a tool: a head of its own that stays in sight, no dock."""

from typing import Any

import reflex as rx

from elka.ui.base import Child, Text, classes, hidden, icon, link
from elka.ui.buttons import icon_button
from elka.ui.dialogs import closes
from elka.ui.logo import logo_mark
from elka.ui.shell import demo_strip, page_footer


def workplace(head: Child, *children: Child, bar: rx.Component | None = None) -> rx.Component:
    """Wrap a page: skip link, the head, the main landmark, the foot. ``bar`` holds its actions on a phone, at the bottom."""
    return rx.el.div(
        link("К содержанию", href="#main", class_name="skip"),
        demo_strip(),
        rx.el.header(head, class_name="tool-head"),
        rx.el.main(*children, id="main", tab_index=-1),
        page_footer(),
        *([rx.el.section(bar, aria_label="Действия", class_name="action-bar")] if bar is not None else []),
        class_name=classes("frame", "tool", "has-bar" if bar is not None else ""),
    )


def tool_title(title: Text, *marks: Child, back: tuple[str, str]) -> rx.Component:
    """Say where one is: the mark that leads home, where one came from, the h1, marks beside it."""
    return rx.el.div(
        link(logo_mark(), hidden("ЕЛКА, на главную"), href="/", class_name="logo tool-logo"),
        link(icon("chevron-left"), hidden(back[0]), href=back[1], class_name="btn btn-plain btn-icon tool-back"),
        rx.el.nav(link(back[0], href=back[1]), icon("chevron-right"), aria_label="Вы здесь", class_name="tool-crumb"),
        rx.el.h1(title),
        *marks,
        class_name="tool-title",
    )


def side_sheet(*children: Child, dialog_id: str, title: Text, on_close: Any = None) -> rx.Component:
    """Hold what stands beside the page for a while: a dialog at its right edge, from the bottom on a phone."""
    return rx.el.dialog(
        rx.el.div(
            rx.el.h2(title, id=f"{dialog_id}-title"),
            icon_button("x", "Закрыть", kind="plain", on_click=on_close, **closes()),
            class_name="dialog-head",
        ),
        *children,
        id=dialog_id,
        aria_labelledby=f"{dialog_id}-title",
        class_name="dialog side-sheet",
    )
