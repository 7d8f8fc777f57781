"""One contest of the demo region whose published results were corrected, by the same deeds as on the site."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from elka import keeping, publishing
from elka.core.actor import SYSTEM, Actor, Grant, Role
from elka.core.lifecycle import ContestStage
from elka.db import Work, work_as
from elka.models.applications import Application
from elka.models.contest_kinds import CountRule
from elka.models.contests import Contest
from elka.models.projects import Project, ProjectStage
from elka.models.result_corrections import CorrectionGround
from elka.models.results import Outcome
from elka.models.roles import RoleGrant
from elka.state import result_corrections

WORDS = "Участок под проектом передан под жилую застройку: решение комиссии по землепользованию, протокол № 14."
_LATER = timedelta(days=5)
_HOUR = timedelta(hours=1)


def correct_one(now: datetime) -> bool:
    """Correct the results of the newest contest of equal shares; return whether there was one to be corrected."""
    with work_as(SYSTEM) as work:
        result_corrections.keep_published(work)
        contest = work.session.execute(
            sa.select(Contest)
            .where(col(Contest.stage) == ContestStage.AWARDED, col(Contest.count_rule) != CountRule.GREEDY)
            .order_by(col(Contest.id).desc())
            .limit(1)
        ).scalar_one_or_none()
        operator = work.session.execute(
            sa.select(col(RoleGrant.person_id))
            .where(col(RoleGrant.role) == Role.OFFICIAL, col(RoleGrant.municipality_id).is_(None), RoleGrant.standing())
            .order_by(col(RoleGrant.id))
            .limit(1)
        ).scalar_one_or_none()
        if contest is None or contest.published_at is None or operator in (None, contest.created_by):
            return False
        contest_id, proposer = contest.id or 0, contest.created_by
        moment = min(contest.published_at + _LATER, now - _HOUR)
        grants = frozenset({Grant(Role.OFFICIAL, contest.municipality_id)})
    keeping.keep(contest_id)
    with work_as(Actor(person_id=proposer, grants=grants), now=moment) as work:
        form = _form(work, contest_id)
        if form is None:
            return False
        row = result_corrections.propose(work, contest_id, form)
        correction, seen = row.id, row.foreseen
    with work_as(
        Actor(person_id=operator, grants=frozenset({Grant(Role.OFFICIAL, None)})), now=moment + _HOUR / 2
    ) as work:
        signed = result_corrections.sign(work, correction, seen)
    publishing.make(contest_id)
    keeping.keep(contest_id)
    return signed


def _form(work: Work, contest_id: int) -> dict[str, object] | None:
    """Choose the winner whose leaving lets another win, if there is one; None where none can leave."""
    winners = work.session.execute(
        sa.select(col(Outcome.application_id))
        .join(Application, col(Application.id) == col(Outcome.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Outcome.contest_id) == contest_id, col(Outcome.won), col(Project.stage) == ProjectStage.SUPPORTED)
        .order_by(col(Outcome.rank).desc())
    ).scalars()
    best: dict[str, object] | None = None
    for key in winners:
        form = {"ground": CorrectionGround.SITE.value, "words": WORDS, "projects": [key]}
        found = result_corrections.preview(work, contest_id, form)
        if found.obstacles:
            continue
        if any(one.wins for one in found.turns):
            return form
        best = best or form
    return best
