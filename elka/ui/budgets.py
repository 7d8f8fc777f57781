"""A project's budget: works, the total, where the money comes from."""

from typing import Any

import reflex as rx

from elka.ui.base import Text, each, glue, heading, shown
from elka.ui.rows import BudgetLine, Source


def budget_table(lines: Any, total: Text, *, sources: Any = (), title: Text = "Смета", level: int = 3) -> rx.Component:
    """Draw a budget as a card. ``lines`` are ``rows.BudgetLine``, ``sources`` are ``rows.Source``; vars or sequences."""
    return rx.el.section(
        rx.el.div(heading(level, title), rx.el.strong(total, class_name="nowrap"), class_name="card-head"),
        rx.el.ul(*each(lines, _line), class_name="lines"),
        shown_sources(sources),
        class_name="card",
    )


def shown_sources(sources: Any) -> rx.Component:
    """Draw the bar of sources and its legend; nothing where there are none."""
    bar = rx.fragment(
        rx.el.div(*each(sources, _piece), class_name="source-bar", aria_hidden="true"),
        rx.el.ul(*each(sources, _legend), class_name="sources"),
    )
    if isinstance(sources, rx.Var):
        return rx.cond(sources.length() > 0, bar)
    return bar if sources else rx.fragment()


def _line(line: BudgetLine) -> rx.Component:
    return rx.el.li(
        rx.el.span(line.name, shown(line.note, lambda: rx.el.span(" · ", line.note, class_name="muted"))),
        rx.el.span(line.amount),
    )


def _piece(source: Source, place: Any) -> rx.Component:
    return rx.el.i(class_name=glue("source-", place % 5), custom_attrs={"style": {"--weight": source.weight}})


def _legend(source: Source, place: Any) -> rx.Component:
    return rx.el.li(rx.el.i(class_name=glue("source-", place % 5)), rx.el.span(source.name, " ", source.amount))
