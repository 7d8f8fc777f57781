"""What other pages say of projects that exclude each other: beside a project, and all groups of a contest."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.state.exclusive_rows import GroupRow, RivalRow
from elka.ui.base import Child


def rivals_note(rivals: rx.Var, more: Child = "") -> rx.Component:
    """Say beside which projects this one cannot win; ``more`` is said after them, where they are voted for."""
    return rx.el.p(
        ui.icon("split"),
        rx.el.span("Победит только один: этот или ", rx.foreach(rivals, _rival), ". ", more),
        class_name="rivals",
    )


def _rival(row: RivalRow, place: rx.Var) -> rx.Component:
    return rx.fragment(rx.cond(place > 0, ", ", ""), ui.text_link(row.named, href=row.href))


def groups_section(groups: rx.Var) -> rx.Component:
    """Draw the groups of a contest; nothing where there are none."""
    return rx.cond(
        groups.length() > 0,
        ui.section(
            rx.el.p(
                "Из каждой группы победит не больше одного проекта. Голосовать можно за любые.",
                class_name="muted exclusive-lead",
            ),
            rx.el.ul(rx.foreach(groups, _group), class_name="exclusive-list", role="list"),
            title="Взаимоисключающие проекты",
            id="exclusive",
        ),
    )


def _group(row: GroupRow) -> rx.Component:
    return rx.el.li(
        rx.el.ul(rx.foreach(row.projects, _project), class_name="exclusive-projects is-plain", role="list"),
        rx.el.p(row.ground, class_name="exclusive-ground"),
        class_name="card stack exclusive-card",
        key=row.id,
    )


def _project(row: RivalRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(ui.text_link(row.title, href=row.href), rx.el.span(row.place, class_name="muted small")), key=row.id
    )
