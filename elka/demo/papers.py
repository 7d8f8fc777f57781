"""A batch of paper ballots of the demo region that waits for a second person, entered by the same deeds as on the site."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import SYSTEM, Actor, Grant, Role
from elka.core.lifecycle import ContestStage
from elka.core.paper import PaperKind
from elka.db import work_as
from elka.models.applications import ON_BALLOT, Application
from elka.models.contests import Contest
from elka.models.roles import RoleGrant
from elka.state.paper import PaperState

PLACE = "Библиотека посёлка Игрим, урна 1"
_EARLIER = timedelta(hours=3)


def enter_one(now: datetime) -> bool:
    """Enter a batch as the region's operator into the oldest vote that takes paper; return whether there was one."""
    grants = frozenset({Grant(Role.OFFICIAL, None)})
    with work_as(SYSTEM) as work:
        contest_id, limit = work.session.execute(
            sa.select(col(Contest.id), col(Contest.vote_limit))
            .where(col(Contest.stage) == ContestStage.VOTING, col(Contest.paper))
            .order_by(col(Contest.id))
            .limit(1)
        ).one_or_none() or (None, None)
        operator = work.session.execute(
            sa.select(col(RoleGrant.person_id))
            .where(col(RoleGrant.role) == Role.OFFICIAL, col(RoleGrant.municipality_id).is_(None), RoleGrant.standing())
            .order_by(col(RoleGrant.id))
            .limit(1)
        ).scalar_one_or_none()
        numbers = (
            work.session.execute(
                sa.select(col(Application.number))
                .where(col(Application.contest_id) == contest_id, col(Application.status).in_(ON_BALLOT))
                .order_by(col(Application.number))
            )
            .scalars()
            .all()
        )
    if contest_id is None or operator is None or not numbers:
        return False
    most = min(limit or len(numbers), len(numbers))
    lines = [" ".join(str(numbers[(first + step) % len(numbers)]) for step in range(most)) for first in (0, 1, 1, 3, 4)]
    with work_as(Actor(person_id=operator, grants=grants), now=now - _EARLIER) as work:
        batch = PaperState._start(work, contest_id, {"place": PLACE, "kind": PaperKind.BALLOTS.value})
        PaperState._save(
            work, batch, {"text": "\n".join(lines), "ballots": str(len(lines)), "spoiled": "1", "send": "yes"}
        )
    return True
