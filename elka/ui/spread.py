"""How money spreads: a bar for what each place gets, a tick for what its people would have by their number."""

from typing import Any

import reflex as rx

from elka.ui.base import each, glue, hidden, shown
from elka.ui.rows import SpreadRow


def spread_bars(rows: Any, *, caption: str, of: str, fair: str = "") -> rx.Component:
    """Draw ``rows.SpreadRow`` bars, a table for those who listen.

    ``of`` heads the names; ``fair`` names what the tick is («доля голосующих»); "": there are no ticks at all.
    """

    def draw(row: SpreadRow) -> rx.Component:
        tick = rx.el.span(class_name="spread-fair", style={"insetInlineStart": glue(row.fair_percent, "%")})
        return rx.el.tr(
            rx.el.th(row.name, scope="row"),
            rx.el.td(
                rx.el.span(class_name="bar", style={"width": glue(row.percent, "%")}),
                *([shown(row.fair, lambda: tick)] if fair else []),
                aria_hidden="true",
                class_name="spread-cell",
            ),
            rx.el.td(row.money, class_name="bar-figure"),
            rx.el.td(
                row.share,
                *([shown(row.fair, lambda: rx.el.span(" при ", row.fair, hidden(f" ({fair})")))] if fair else []),
                class_name="spread-share",
            ),
            rx.el.td(row.note, class_name="spread-note"),
        )

    return rx.el.table(
        rx.el.caption(hidden(caption)),
        rx.el.thead(
            rx.el.tr(
                rx.el.th(of, scope="col"),
                rx.el.td(aria_hidden="true"),
                rx.el.th("Деньги", scope="col"),
                rx.el.th(f"Доля денег и {fair}" if fair else "Доля денег", scope="col"),
                rx.el.th("Победители из проектов", scope="col"),
            ),
            class_name="sr-head",
        ),
        rx.el.tbody(*each(rows, draw)),
        class_name="bars spread",
    )
