"""No order of calls on applications reaches a state that the table of moves forbids: every flow, by anybody, at any time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from elka import limits
from elka.core.actor import SYSTEM
from elka.db import Work
from elka.errors import Refused
from elka.models.applications import NEXT, Application, ApplicationStatus, Revision
from elka.models.contests import ContestPhase, PhaseKind
from elka.models.projects import Project, ProjectStage
from elka.state.admission import AdmissionState
from elka.state.appeals import answer
from elka.state.application_fill import FillState
from elka.state.applications import ApplicationState
from elka.state.filing import FilingState
from elka.state.lifecycle import advance_due
from tests.factories import actor, contest, official, person, project

A = ApplicationStatus
HOLDING = {A.SUBMITTED, A.RETURNED, A.ADMITTED, A.APPEALED}
WORDS = "Смета не подтверждена ценами поставщиков."
TEXTS = ("Свет у школы, ровный и тёплый.", "Иначе, но в двух словах о том же.", "Третий вариант того же самого.")


# Who (author, official, stranger, official of another place), which application or project, what, a figure for it.
WHO = {"author": 0, "official": 1, "stranger": 2, "other": 3}
DEEDS = {
    "begin": "author",
    "save": "author",
    "submit": "author",
    "resubmit": "author",
    "withdraw": "author",
    "delete": "author",
    "appeal": "author",
    "admit": "official",
    "return": "official",
    "reject": "official",
    "uphold": "official",
    "keep": "official",
    "wait": "author",
}
# Those who may are drawn more often than those who only try; submitting more often than what ends the way.
CALLS = st.tuples(
    st.sampled_from([*DEEDS, "submit", "submit", "save", "reject", "appeal", "return"]),
    st.sampled_from([None, None, None, None, *WHO]),
    st.integers(0, 2),
    st.integers(0, 5),
)


class World:
    """One contest, two projects of one author, their office, strangers; everything in one transaction."""

    def __init__(self, work: Work) -> None:
        self.work = work
        by, author = official(work), person(work)
        made = [project(work, author), project(work, author)]
        self.contest, self.projects = contest(work, by).id, [one.id for one in made]
        strangers = (person(work), official(work, place="Сургут"))
        self.people = [actor(work, who) for who in (author, by, *strangers)]
        self.seen: dict[int, ApplicationStatus] = {}
        self.revisions: dict[int, int] = {}

    def rows(self) -> dict[int, Application]:
        found = self.work.session.execute(
            sa.select(Application).where(Application.contest_id == self.contest).order_by(Application.id)
        ).scalars()
        return {row.id: row for row in found}

    def do(self, deed: str, who: str | None, place: int, figure: int) -> None:
        limits.reset()
        work, known = self.work, list(self.rows())
        key = known[place % len(known)] if known else 0
        until = (work.now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
        calls: dict[str, tuple[Any, ...]] = {
            "begin": (FilingState._begin, self.contest, {"name": "resident", "project": self.projects[place % 2]}),
            "save": (FillState._save, key, "summary", TEXTS[figure % 3], None),
            "submit": (FillState._submit, key),
            "resubmit": (ApplicationState._resubmit, key),
            "withdraw": (ApplicationState._withdraw, key),
            "delete": (FillState._delete, key),
            "appeal": (ApplicationState._appeal, key, WORDS),
            "admit": (AdmissionState._admit, key),
            "return": (AdmissionState._send_back, key, {"remarks": WORDS, "until": until}),
            "reject": (AdmissionState._reject, key, {"code": "order", "ground": WORDS}),
            "uphold": (answer, key, {"upheld": "true", "answer": WORDS}),
            "keep": (answer, key, {"upheld": "false", "answer": WORDS}),
            "wait": (advance_due,),
        }
        flow, *args = calls[deed]
        work.actor = SYSTEM if deed == "wait" else self.people[WHO[who or DEEDS[deed]]]
        if deed == "wait":
            work.now += timedelta(hours=(1, 2, 5, 20, 40, 130)[figure])
        try:
            with work.session.begin_nested():
                flow(work, *args)
        except Refused:
            work.session.expire_all()

    def check(self) -> None:
        work, found = self.work, self.rows()
        for key, row in found.items():
            before = self.seen.get(key, A.DRAFT)
            assert row.status is before or row.status in NEXT[before], f"{before} → {row.status}"
            assert (row.number is None) == (row.status is A.DRAFT)
            kept = work.session.execute(
                sa.select(sa.func.count()).select_from(Revision).where(Revision.application_id == key)
            ).scalar_one()
            assert kept == row.revision >= self.revisions.get(key, 0), "a revision for each submission, none is lost"
            self.revisions[key] = row.revision
        assert all(self.seen[key] is A.DRAFT for key in set(self.seen) - set(found)), "only drafts are deleted"
        numbers = sorted(row.number for row in found.values() if row.number)
        assert numbers == list(range(1, len(numbers) + 1))
        for project_id in self.projects:
            mine = [row.status for row in found.values() if row.project_id == project_id]
            assert sum(status not in {A.WITHDRAWN, A.REJECTED} for status in mine) <= 1, "one goes on at a time"
            stage = work.session.get_one(Project, project_id).stage
            assert (stage is ProjectStage.SUBMITTED) == any(status in HOLDING for status in mine), f"{stage}: {mine}"
        closes = work.session.get_one(ContestPhase, (self.contest, PhaseKind.ACCEPTING)).closes_at
        firsts = work.session.execute(sa.select(Revision.submitted_at).where(Revision.number == 1)).scalars()
        assert all(moment < closes for moment in firsts)
        self.seen = {key: row.status for key, row in found.items()}


def test_no_order_of_calls_breaks_the_table(work: Work) -> None:
    start, reached = work.now, set()

    @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.lists(CALLS, min_size=15, max_size=36))
    def run(calls: list[tuple[str, str | None, int, int]]) -> None:
        work.now = start
        whole = work.session.begin_nested()
        try:
            world = World(work)
            world.do("begin", None, 0, 0)
            for call in calls:
                world.do(*call)
                world.check()
                reached.update(world.seen.values())
        finally:
            whole.rollback()
            work.session.expunge_all()

    run()
    # The search went far enough to mean something; winning and losing are the vote's affair.
    assert reached == set(A) - {A.WON, A.LOST}
