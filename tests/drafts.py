"""A draft in the constructor: begun and changed by its official, read back, and what they did last taken back."""

from __future__ import annotations

from typing import Any

from elka.core.lifecycle import PhaseKind, by_kind
from elka.db import Work
from elka.models.contest_edits import ContestEdit, built_rows
from elka.models.contest_parts import ContestCategory
from elka.models.contests import Contest, phases_of
from elka.state.build_fields import StepFields
from elka.state.building import change, deeds, undo
from elka.state.contest_new import ContestNewState
from tests.factories import settlement
from tests.words import plain


def value(step: StepFields, field: str) -> str:
    return plain(step.values[field])


def told(work: Work, draft: Contest) -> str:
    return plain(deeds(work, draft.id)[0].edit.text)


def dates(work: Work, draft: Contest) -> dict[PhaseKind, Any]:
    return by_kind(phases_of(work.session, draft.id))


def take_back(work: Work, draft: Contest) -> None:
    undo(work, draft.id, deeds(work, draft.id)[0].last.id)


def now_in(work: Work, draft: Contest) -> dict[Any, Any]:
    work.session.flush()
    work.session.expire_all()
    rows = built_rows(work.session, draft.id)
    return {place: {name: value for name, value in row.items() if name != "version"} for place, row in rows.items()}


def newest(work: Work, draft: Contest) -> ContestEdit:
    return deeds(work, draft.id)[0].edit


def retitle(work: Work, draft: Contest, title: str) -> ContestEdit:
    with change(work, draft.id, "basics", "Название") as made:
        made.contest.title = title
    return newest(work, draft)


def new_category(draft: Contest, position: int, name: str = "Посёлки", **fields: Any) -> ContestCategory:
    return ContestCategory(contest_id=draft.id, position=position, name=name, **fields)


def here(work: Work) -> str:
    return str(settlement(work).municipality_id)


def begun(work: Work, chosen: object, text: object = "", **form: object) -> Contest:
    return work.session.get_one(Contest, ContestNewState._create(work, chosen, text, form))
