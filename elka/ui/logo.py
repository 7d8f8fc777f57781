"""The mark of ЕЛКА: a fir of three chevrons. The same drawing is in assets/favicon.svg."""

import reflex as rx

CHEVRONS = ("M10.5 11 16 4.5l5.5 6.5", "M8 18.5 16 10l8 8.5", "M4 28 16 16l12 12")


def logo_mark() -> rx.Component:
    """Draw the mark in the colour of the text around it."""
    return rx.el.svg(
        *[rx.el.path(d=path) for path in CHEVRONS],
        class_name="mark-svg",
        view_box="0 0 32 32",
        aria_hidden="true",
    )
