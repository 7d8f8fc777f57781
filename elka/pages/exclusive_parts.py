"""What other pages say of projects that exclude each other: beside a project, and all groups of a contest."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.state.exclusive_rows import GroupRow, RivalRow
from elka.ui.base import Child

WINS_ONE = "Победит только один: этот или "


def rivals_note(rivals: rx.Var, *more: Child) -> rx.Component:
    """Say beside which projects this one cannot win; ``more`` is said after them, where they are voted for."""
    return _note(WINS_ONE, rx.foreach(rivals, _rival), *more)


def group_notes(groups: rx.Var, more: Child = "") -> rx.Component:
    """Say of one project, group by group, beside which others it cannot win and why."""
    return rx.foreach(groups, lambda group: rivals_note(group.projects, group.sentence, " ", more))


def office_groups(groups: rx.Var, href: Child, *, is_over: rx.Var) -> rx.Component:
    """Draw the same of one application for its office, with links to the others' applications and to all groups."""
    lead = rx.cond(is_over, "Победить мог только один: этот или ", WINS_ONE)
    return rx.cond(
        groups.length() > 0,
        ui.card(
            rx.foreach(
                groups,
                lambda group: _note(lead, rx.foreach(group.projects, _office_rival), group.sentence, key=group.id),
            ),
            rx.el.p(ui.text_link("Все группы конкурса", href=href)),
            title="Взаимоисключающие проекты",
            class_name="stack stack-s",
        ),
    )


def _note(lead: Child, rivals: rx.Component, *more: Child, **props: Any) -> rx.Component:
    return rx.el.p(ui.icon("split"), rx.el.span(lead, rivals, ". ", *more), class_name="rivals", **props)


def _rival(row: RivalRow, place: rx.Var) -> rx.Component:
    return rx.fragment(rx.cond(place > 0, ", ", ""), ui.text_link(row.named, href=row.href))


def _office_rival(row: RivalRow, place: rx.Var) -> rx.Component:
    return rx.fragment(rx.cond(place > 0, ", ", ""), ui.text_link(row.number, " ", row.named, href=row.office_href))


def groups_section(groups: rx.Var, lead: rx.Var) -> rx.Component:
    """Draw the groups of a contest; nothing where there are none."""
    return rx.cond(
        groups.length() > 0,
        ui.section(
            rx.el.p(lead, class_name="muted exclusive-lead"),
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
