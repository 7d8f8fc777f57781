"""Charts of bars that are tables: drawn by CSS, read aloud as rows."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from elka.ui.base import Child, each, hidden


def bar_table(
    rows: Any, cells: Callable[[Any], tuple[Child, Child, Child, Any]], *, caption: str, of: str, figure: str
) -> rx.Component:
    """Draw a bar for each row. ``cells(row)``: its name, its figure, its share, the length of its bar 0…100.

    ``of`` and ``figure`` head the columns for those who listen.
    """

    def draw(row: Any) -> rx.Component:
        name, value, share, percent = cells(row)
        length = percent.to_string() + "%" if isinstance(percent, rx.Var) else f"{percent}%"
        return rx.el.tr(
            rx.el.th(name, scope="row"),
            rx.el.td(rx.el.span(class_name="bar", style={"width": length}), aria_hidden="true", class_name="bar-cell"),
            rx.el.td(value, class_name="bar-figure"),
            rx.el.td(share, class_name="bar-share"),
        )

    return rx.el.table(
        rx.el.caption(hidden(caption)),
        rx.el.thead(
            rx.el.tr(
                rx.el.th(of, scope="col"),
                rx.el.td(aria_hidden="true"),
                rx.el.th(figure, scope="col"),
                rx.el.th("Доля", scope="col"),
            ),
            class_name="sr-head",
        ),
        rx.el.tbody(*each(rows, draw)),
        class_name="bars",
    )
