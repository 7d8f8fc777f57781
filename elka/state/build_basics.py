"""The first step of the constructor: what the contest is, who applies, how much money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.record_ids import SHORT, record_id
from elka.db import Work
from elka.errors import Denied, NotFound
from elka.models import contest_fields
from elka.models.contest_parts import categories_of
from elka.models.contests import ApplicantKind, Contest, ContestDirection, ContestKind
from elka.models.places import Direction
from elka.models.readiness_contest import BASICS
from elka.state.build_fields import OwnFields, StepFields, Tick, save_field, values_of
from elka.state.build_words import APPLICANTS, KINDS
from elka.state.building import change, for_office, require_seen
from elka.state.contest_parts import rules_of
from elka.state.contest_rows import ContestCard, contest_cards, municipality_options
from elka.state.contest_words import Rule
from elka.ui import labels
from elka.ui.rows import Option

REGION = "region"
FIELDS = (
    "title",
    "summary",
    "rules",
    "kind",
    "budget",
    "min_cost",
    "max_cost",
    "max_share",
    "min_age",
    "max_age",
    "group_min",
    "local_only",
    "appeal_days",
    "correction_days",
)


@dataclass(frozen=True)
class Basics:
    """What the step shows beside its fields."""

    kinds: list[Option]
    places: list[Option]
    is_region: bool
    place_name: str
    applicants: list[Tick]
    directions: list[Tick]
    card: list[ContestCard]
    rules: list[Rule]


class BuildBasicsState(OwnFields, rx.State):
    """What the contest is, who applies, how much money."""

    kinds: list[Option] = []
    places: list[Option] = []
    is_region: bool = False
    place_name: str = ""
    applicants: list[Tick] = []
    directions: list[Tick] = []
    card: list[ContestCard] = []
    rules: list[Rule] = []

    @staticmethod
    def _opened(work: Work, contest_id: object) -> StepFields:
        return _step(work, for_office(work, contest_id))

    @staticmethod
    def _save(work: Work, contest_id: object, field: object, value: object, seen: object) -> StepFields:
        name, _, part = field.partition(":") if isinstance(field, str) else ("", "", "")
        if name in _OTHERS:
            return _step(work, _OTHERS[name](work, contest_id, part, value, seen))
        if field not in FIELDS:
            raise NotFound
        return _step(work, save_field(work, contest_id, BASICS, str(field), value, seen))

    def _take(self, more: Basics) -> None:
        self.kinds, self.places, self.is_region = more.kinds, more.places, more.is_region
        self.place_name = more.place_name
        self.applicants, self.directions = more.applicants, more.directions
        self.card, self.rules = more.card, more.rules


def place_options(work: Work) -> list[Option]:
    """Return the places where the actor may hold contests."""
    everywhere, places = work.actor.places_of(Role.OFFICIAL)
    options = municipality_options(work)
    if everywhere:
        return [Option(REGION, "Весь регион"), *options]
    return [option for option in options if int(option.value) in places]


def preview_rules(work: Work, contest: Contest) -> list[Rule]:
    """Tell the rules of a contest as residents will read them."""
    return rules_of(work, contest)


def _step(work: Work, contest: Contest) -> StepFields:
    work.session.flush()
    key = contest.id or 0
    taken = set(
        work.session.execute(
            sa.select(col(ContestDirection.direction_id)).where(col(ContestDirection.contest_id) == key)
        ).scalars()
    )
    directions = work.session.execute(sa.select(Direction).order_by(col(Direction.position))).scalars().all()
    places = place_options(work)
    place = str(contest.municipality_id or REGION)
    applicants = contest_fields.applicants_for(contest.kind)
    return StepFields(
        id=key,
        version=contest.version,
        values={
            **values_of(contest, FIELDS),
            "place": place,
            **{f"applicant:{one}": "true" if one in contest.applicants else "" for one in applicants},
            **{f"direction:{one.id}": "true" if one.id in taken else "" for one in directions},
        },
        more=Basics(
            kinds=[Option(one.value, *KINDS[one]) for one in contest_fields.kinds_for(contest.municipality_id)],
            places=places if len(places) > 1 else [],
            is_region=contest.municipality_id is None,
            place_name=next((one.label for one in places if one.value == place), ""),
            applicants=[Tick(one.value, *APPLICANTS[one]) for one in applicants],
            directions=[Tick(str(one.id), one.name) for one in directions],
            card=contest_cards(work, [key]),
            rules=preview_rules(work, contest),
        ),
    )


def _save_applicant(work: Work, contest_id: object, kind: str, value: object, seen: object) -> Contest:
    """Let one more kind of applicants in, or leave it out."""
    with change(work, contest_id, BASICS, "Кто подаёт") as made:
        contest = made.contest
        if kind not in contest_fields.applicants_for(contest.kind):
            raise NotFound
        there = "true" if kind in contest.applicants else ""
        if require_seen(f"applicant:{kind}", there, _ticked(value), seen):
            kept = set(contest.applicants) ^ {kind}
            contest.applicants = [one.value for one in ApplicantKind if one.value in kept]
    return contest


def _save_direction(work: Work, contest_id: object, number: str, value: object, seen: object) -> Contest:
    """Take a direction in, or leave it out."""
    with change(work, contest_id, BASICS, "Направление") as made:
        contest = made.contest
        direction = work.session.get(Direction, record_id(number, below=SHORT))
        if direction is None:
            raise NotFound
        row = work.session.get(ContestDirection, (contest.id, direction.id))
        if require_seen(f"direction:{number}", "" if row is None else "true", _ticked(value), seen):
            if row is None:
                work.session.add(ContestDirection(contest_id=contest.id or 0, direction_id=direction.id or 0))
            else:
                work.session.delete(row)
            made.text = f"Направление «{direction.name}» {'добавлено' if row is None else 'убрано'}"
    return contest


def _ticked(value: object) -> str:
    if not isinstance(value, str):
        raise NotFound
    return "true" if value == "true" else ""


def _save_kind(work: Work, contest_id: object, _: str, value: object, seen: object) -> Contest:
    """Change the kind; municipalities file to regional contests only, so they may go with it."""
    with change(work, contest_id, BASICS, "Вид конкурса") as made:
        contest = made.contest
        fresh = contest_fields.read(contest, "kind", value)
        if require_seen("kind", contest.kind.value, fresh.value, seen):
            _become(contest, fresh)
    return contest


def _save_place(work: Work, contest_id: object, _: str, value: object, seen: object) -> Contest:
    """Move the draft to another place of the actor; what only that place could have is adjusted."""
    if not isinstance(value, str) or value not in {option.value for option in place_options(work)}:
        raise Denied("В этом месте вы конкурсов не ведёте.")
    with change(work, contest_id, BASICS, "Место") as made:
        contest = made.contest
        if require_seen("place", str(contest.municipality_id or REGION), value, seen):
            contest.municipality_id = None if value == REGION else int(value)
            if contest.kind not in contest_fields.kinds_for(contest.municipality_id):
                _become(contest, ContestKind.REGIONAL if value == REGION else ContestKind.MUNICIPAL)
            if contest.municipality_id is None:
                contest.local_only = contest.voters_local = contest.voters_own_part = False
            for row in categories_of(work.session, contest.id or 0):
                row.settlements = []  # of the place that it was
            name = "весь регион" if value == REGION else next(o.label for o in place_options(work) if o.value == value)
            made.text = f"Место: {labels.typographer(name)}"
    return contest


def _become(contest: Contest, kind: ContestKind) -> None:
    contest.kind = kind
    allowed = {one.value for one in contest_fields.applicants_for(kind)}
    if any(one not in allowed for one in contest.applicants):
        contest.applicants = [one for one in contest.applicants if one in allowed]


_OTHERS: dict[str, Callable[[Work, object, str, object, object], Contest]] = {
    "place": _save_place,
    "kind": _save_kind,
    "applicant": _save_applicant,
    "direction": _save_direction,
}
