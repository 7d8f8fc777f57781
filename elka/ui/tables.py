"""DataTable, pager, tabs, filters: ways through many rows."""

from collections.abc import Callable, Sequence
from typing import Any

import reflex as rx

from elka.ui.base import Child, Text, classes, each, either, glue, hidden, icon, link, shown
from elka.ui.buttons import button
from elka.ui.rows import Column, Tab


def data_table(
    columns: Sequence[Column],
    rows: Any,
    cells: Callable[[Any], Sequence[Child]],
    *,
    caption: str,
    sort: Text = "",
    descending: bool | rx.Var = False,
    on_sort: Callable[[str], Any] | None = None,
    busy: bool | rx.Var = False,
    foot: Sequence[Child] = (),
    tall: bool = False,
    pick: Callable[[Any], rx.Component] | None = None,
    pick_head: rx.Component | None = None,
) -> rx.Component:
    """Draw rows in columns; on a phone every row becomes a card with names beside its values.

    ``cells(row)`` gives one child per column; the first names the row. ``on_sort`` is called with a column's key.
    ``tall`` keeps the head under the top bar while the page scrolls (no sideways scroll then). ``pick`` draws the box
    before a row, ``pick_head`` the one above them. Each cell has the class ``col-KEY``.
    """

    def draw(row: Any) -> rx.Component:
        first, *others = cells(row)
        return rx.el.tr(
            *([rx.el.td(pick(row), class_name="pick-cell", data_label="")] if pick else []),
            rx.el.th(first, scope="row", class_name=f"col-{columns[0].key}"),
            *[
                rx.el.td(rx.el.span(cell), class_name=_cell(column), data_label=column.label)
                for column, cell in zip(columns[1:], others, strict=True)
            ],
        )

    parts = [
        rx.el.caption(hidden(caption)),
        rx.el.thead(
            rx.el.tr(
                *([rx.el.th(pick_head, scope="col", class_name="pick-cell")] if pick_head is not None else []),
                *[_head(column, sort, descending, on_sort) for column in columns],
            )
        ),
        rx.el.tbody(*each(rows, draw)),
    ]
    if foot:
        parts.append(
            rx.el.tfoot(
                rx.el.tr(
                    rx.el.th(foot[0], scope="row"),
                    *[
                        rx.el.td(cell, class_name="is-end" if column.end else "", data_label=column.label)
                        for column, cell in zip(columns[1:], foot[1:], strict=True)
                    ],
                )
            )
        )
    table = rx.el.table(*parts, class_name="table table-cards", aria_busy=either(busy, "true", "false"))
    return rx.el.div(
        table if tall else rx.el.div(table, class_name="table-box", tab_index=0, role="region", aria_label=caption),
        class_name=classes("card card-flush", "table-tall" if tall else ""),
    )


def pager(
    text: Text,
    *,
    has_previous: bool | rx.Var,
    has_next: bool | rx.Var,
    on_previous: Any,
    on_next: Any,
    busy: bool | rx.Var = False,
    label: str = "Страницы",
) -> rx.Component:
    """Go through a long list by turns: «1–30 из 543», earlier, later."""
    return rx.el.nav(
        rx.el.p(text, aria_live="polite"),
        rx.el.div(
            button("Назад", kind="quiet", icon_name="chevron-left", disabled=_not(has_previous), on_click=on_previous),
            button("Дальше", kind="quiet", end_icon="chevron-right", disabled=_not(has_next), on_click=on_next),
            class_name="row row-s",
        ),
        class_name="pager",
        aria_label=label,
        aria_busy=either(busy, "true", "false"),
    )


def more_button(text: Text = "Показать ещё", *, on_click: Any, busy: bool | rx.Var = False) -> rx.Component:
    """Add the next rows under those already shown."""
    return rx.el.div(
        button(text, kind="quiet", busy=busy, on_click=on_click), class_name="row", style={"justifyContent": "center"}
    )


def pagination(
    page: int | rx.Var, window: Any, on_page: Callable[[Any], Any], *, label: str = "Страницы"
) -> rx.Component:
    """Go through numbered pages. ``window`` comes from ``rows.page_window``: 0 stands for a gap."""

    def draw(number: Any) -> rx.Component:
        here = rx.el.button(
            hidden("Страница "),
            number,
            type="button",
            class_name="page-link",
            aria_current=either(number == page, "page", "false"),
            on_click=on_page(number),
        )
        return rx.el.li(either(number == 0, rx.el.span("…", class_name="page-link", aria_hidden="true"), here))

    return rx.el.nav(rx.el.ol(*each(window, draw), class_name="pages"), aria_label=label, class_name="pager")


def tabs(items: Any, active: Text, on_change: Callable[[Any], Any], *, label: str) -> rx.Component:
    """Switch parts of a page in place. ``items`` are ``rows.Tab``; arrows move among them. See ``tab_panel``."""

    def draw(tab: Tab) -> rx.Component:
        chosen = tab.value == active
        return rx.el.button(
            tab.label,
            shown(tab.count, lambda: rx.el.span(tab.count, class_name="count")),
            type="button",
            role="tab",
            id=glue("tab-", tab.value),
            aria_controls=glue("panel-", tab.value),
            aria_selected=either(chosen, "true", "false"),
            tab_index=either(chosen, 0, -1),
            on_click=on_change(tab.value),
        )

    return rx.el.div(*each(items, draw), role="tablist", aria_label=label, class_name="tabs")


def tab_panel(value: str, active: Text, *children: Child) -> rx.Component:
    """Hold what is behind a tab; hidden ones stay out of the page."""
    panel = rx.el.div(
        *children,
        role="tabpanel",
        id=f"panel-{value}",
        aria_labelledby=f"tab-{value}",
        class_name="tab-panel",
        tab_index=0,
    )
    return either(active == value, panel, rx.fragment())


def link_tabs(items: Any, active: Text, *, label: str) -> rx.Component:
    """Go among sibling pages; each tab is an address. ``items`` are ``rows.Tab``: a sequence or a list var."""

    def draw(tab: Tab) -> rx.Component:
        return link(
            tab.label,
            shown(tab.count, lambda: rx.el.span(tab.count, class_name="count")),
            href=tab.value,
            aria_current=either(tab.value == active, "page", "false"),
        )

    return rx.el.nav(*each(items, draw), aria_label=label, class_name="tabs")


def toolbar(*children: Child, **props: Any) -> rx.Component:
    """Hold search and filters above a list."""
    return rx.el.div(*children, class_name=classes("toolbar", props.pop("class_name", "")), **props)


def _head(column: Column, sort: Text, descending: bool | rx.Var, on_sort: Any) -> rx.Component:
    names = {"scope": "col", "class_name": _cell(column)}
    if on_sort is None or not column.sortable:
        return rx.el.th(column.label, **names)
    direction = either(descending, "descending", "ascending")
    return rx.el.th(
        rx.el.button(column.label, icon("arrow-down"), type="button", class_name="sort", on_click=on_sort(column.key)),
        aria_sort=either(sort == column.key, direction, "none"),
        **names,
    )


def _cell(column: Column) -> str:
    return classes(f"col-{column.key}", "is-end" if column.end else "")


def _not(value: bool | rx.Var) -> bool | rx.Var:
    return ~value if isinstance(value, rx.Var) else not value
