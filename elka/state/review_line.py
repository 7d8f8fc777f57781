"""The way from one application to the next, by the filters that the official came from. Not a state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.state.application_filters import Filters, conditions, in_order, joined
from elka.ui import labels

A = ApplicationStatus


@dataclass(frozen=True)
class Place:
    """Where an application stands among those that the filters find. ``text``: «12 из 40»; empty when it is not one."""

    previous: int | None
    following: int | None
    text: str


def place_of(work: Work, filters: Filters, application: Application) -> Place:
    """Return the neighbours of an application; one that the filters do not find stands where it would."""
    line = _line(work, filters, application)
    found = work.session.execute(
        sa.select(line.c.previous, line.c.following, line.c.inside, line.c.place, line.c.count).where(
            line.c.id == application.id
        )
    ).one()
    text = f"{labels.number(found.place)} из {labels.number(found.count)}" if found.inside else ""
    return Place(found.previous, found.following, text)


def next_waiting(work: Work, filters: Filters, after: Application) -> int | None:
    """Return the next of those found that waits for the office: in their order, from this one round to it."""
    work.session.flush()
    line = _line(work, filters, after)
    waits = [A.SUBMITTED, A.APPEALED]
    if filters.status == "returned" or {"late", "soon"} & set(filters.marks):
        waits.append(A.RETURNED)
    here = sa.select(line.c.place).where(line.c.id == after.id).scalar_subquery()
    return work.session.execute(
        sa.select(line.c.id)
        .where(line.c.status.in_(waits), line.c.id != after.id)
        .order_by(line.c.place < here, line.c.place)
        .limit(1)
    ).scalar_one_or_none()


def _line(work: Work, filters: Filters, kept: Application) -> Any:
    """Select all that the filters find with their places, and ``kept`` among them whether they find it or not."""
    inside = sa.and_(*conditions(filters, kept.contest_id, me=work.person(), now=work.now))
    order = in_order(filters)
    return (
        joined(
            col(Application.id),
            col(Application.status),
            sa.func.coalesce(inside, sa.false()).label("inside"),
            sa.func.row_number().over(order_by=order).label("place"),
            sa.func.lag(col(Application.id)).over(order_by=order).label("previous"),
            sa.func.lead(col(Application.id)).over(order_by=order).label("following"),
            sa.func.count().filter(inside).over().label("count"),
        )
        .where(sa.or_(inside, col(Application.id) == kept.id))
        .subquery("line")
    )
