"""«Ход подсчёта»: a count round by round, played in the browser (``film.jsx``) from rows that came with the page."""

from typing import Any

import reflex as rx

from elka.ui.base import Text, each, either, hidden, icon
from elka.ui.rows import FrameRow

_LIBRARY = rx.asset("film.jsx", shared=True).importable_path


class _Film(rx.Component):
    library = _LIBRARY
    tag = "Film"

    frames: rx.Var[Any]
    budget: rx.Var[str]
    caption: rx.Var[str]


def film(frames: Any, *, budget: Text, caption: Text = "Ход подсчёта", open_table: bool = False) -> rx.Component:
    """Draw ``rows.FrameRow`` one after another: play, pause, a slider, arrows; under it the same as a table.

    ``budget``: all the money, as text; "" where winners are so many places. Everything is in the browser after one load:
    a step asks the server nothing. The table is there for those who listen and where no script runs.
    """

    def draw(row: FrameRow, place: Any) -> rx.Component:
        return rx.el.tr(
            rx.el.td(place + 1, class_name="is-end"),
            rx.el.th(
                row.title,
                either(row.completed, rx.el.span(" из остатка", class_name="muted small"), rx.fragment()),
                scope="row",
            ),
            rx.el.td(row.cost, class_name="is-end nowrap"),
            rx.el.td(row.got),
            rx.el.td(row.left, class_name="is-end nowrap"),
        )

    return rx.el.div(
        _Film.create(frames=frames, budget=budget, caption=caption),
        rx.el.details(
            rx.el.summary(icon("chevron-right"), "Все раунды таблицей"),
            rx.el.div(
                rx.el.table(
                    rx.el.caption(hidden(caption)),
                    rx.el.thead(
                        rx.el.tr(
                            rx.el.th("Раунд", scope="col", class_name="is-end"),
                            rx.el.th("Проект", scope="col"),
                            rx.el.th("Стоимость", scope="col", class_name="is-end"),
                            rx.el.th("Почему он", scope="col"),
                            rx.el.th("Осталось", scope="col", class_name="is-end"),
                        )
                    ),
                    rx.el.tbody(*each(frames, draw)),
                    class_name="table film-table",
                ),
                class_name="table-box",
                tab_index=0,
                role="region",
                aria_label="Все раунды таблицей",
            ),
            class_name="preview film-all",
            open=open_table,
        ),
        class_name="film-box",
    )
