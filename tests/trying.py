"""«Что если» as an official asks it: of imagined votes, of published ones, of a file."""

from __future__ import annotations

from typing import Any

from elka.core.comparing import Compared, compare
from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.models.contests import Contest
from elka.models.people import Person
from elka.state.what_if import WhatIfState
from elka.state.what_if_order import Asked
from tests import factories

S = ContestStage
FORM = {
    "budget": "",
    "min_votes": "0",
    "step": "1",
    "voters": "300",
    "projects": "12",
    "picks": "3",
    "loyalty": "50",
    "group_place": "",
    "group": "0",
    "seed": "север",
}
PB = (
    "META\nkey;value\nnum_projects;2\nnum_votes;3\nbudget;100\nvote_type;approval\n"
    "PROJECTS\nproject_id;cost;category;district\n1;60;Спорт;Север\n2;60;;Юг\n"
    "VOTES\nvoter_id;vote;district\na;1;Север\nb;1,2;Юг\nc;2;Юг\n"
)


def draft(work: Work, **fields: Any) -> tuple[Contest, Person]:
    """Make a draft and act as its official."""
    official = factories.official(work)
    contest = factories.contest(work, official, stage=S.DRAFT, **fields)
    work.actor = factories.actor(work, official)
    return contest, official


def asked(work: Work, contest: Contest, source: object = "imagined", **form: Any) -> Asked:
    return WhatIfState._asked(work, contest.id, source, {**FORM, **form})


def counted(order: Asked) -> Compared:
    cast, terms = order.make()
    return compare(cast, **terms)


def pictured(work: Work, contest: Contest, **form: Any) -> Any:
    order = asked(work, contest, **form)
    return WhatIfState._kept(work, contest.id, order, counted(order))
