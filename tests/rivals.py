"""Projects of one contest that an official may mark as excluding each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from elka.core.actor import SYSTEM
from elka.db import Work
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestPhase, ContestStage, PhaseKind
from elka.models.people import Person
from elka.state.lifecycle import advance_due
from elka.state.votes import VotesState
from tests import factories
from tests.office import filed

S, A = ContestStage, ApplicationStatus
GROUND = "Оба проекта займут одну площадку у школы № 1."


@dataclass
class Made:
    contest: Contest
    official: Person
    entries: list[Application]

    @property
    def ids(self) -> list[int]:
        return [one.id or 0 for one in self.entries]

    def form(self, *places: int, ground: str = GROUND) -> dict[str, str]:
        return {"numbers": ", ".join(str(self.entries[place].number) for place in places), "ground": ground}


TITLES = (
    "Каток",
    "Сквер ветеранов",
    "Причал",
    "Мастерская роботов",
    "Хор",
    "Шахматы",
    "Аптека",
    "Библиотека",
    "Гончары",
    "Лодки",
    "Фестиваль",
    "Юбилей",
)


def made(work: Work, *statuses: A, stage: S = S.ADMISSION, **rules: Any) -> Made:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=stage, **{"budget": 1_000_000, "vote_limit": None, **rules})
    entries = [
        filed(work, contest, status=status, title=TITLES[place])
        for place, status in enumerate(statuses or (A.ADMITTED,) * 4)
    ]
    for place, one in enumerate(entries):  # so that nothing looks alike by its address
        work.session.execute(
            sa.text("UPDATE projects SET address = :at WHERE id = :id"), {"at": f"дом {place}", "id": one.project_id}
        )
    return Made(contest, official, entries)


def do(work: Work, who: Person, flow: Callable[..., Any], *args: Any) -> Any:
    work.actor = factories.actor(work, who)
    try:
        found = flow(work, *args)
        work.session.flush()
        work.session.execute(sa.text("SET CONSTRAINTS ALL IMMEDIATE"))
        return found
    finally:
        work.session.execute(sa.text("SET CONSTRAINTS ALL DEFERRED"))
        work.actor = SYSTEM


def acting(work: Work, who: Person) -> Work:
    work.actor = factories.actor(work, who)
    return work


def opened(work: Work, one: Made) -> None:
    work.now = work.session.get_one(ContestPhase, (one.contest.id, PhaseKind.VOTING)).opens_at
    assert one.contest.id in advance_due(work)
    work.session.flush()


def closed(work: Work, one: Made) -> None:
    work.now = work.session.get_one(ContestPhase, (one.contest.id, PhaseKind.VOTING)).closes_at
    assert one.contest.id in advance_due(work)
    work.session.flush()


def vote(work: Work, one: Made, *ballots: tuple[int, ...]) -> None:
    for picks in ballots:
        do(work, factories.person(work), VotesState._cast, one.contest.id, [one.ids[place] for place in picks])
