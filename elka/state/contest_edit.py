"""The form of a contest: a draft that saves itself field by field, and its announcement."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage, PhaseKind, by_kind
from elka.db import Work
from elka.errors import Denied, NotFound, Outdated, Refused, SignInNeeded, WrongStage
from elka.models import contest_fields
from elka.models.contest_fields import FIELDS, local_input
from elka.models.contests import Contest, ContestDirection, ContestPhase, phases_of
from elka.models.places import Direction, Municipality
from elka.state.base import Events, Fault, Flow
from elka.state.contest_words import PHASES, Rule, place_name, rules
from elka.state.lifecycle import enter_due
from elka.ui import labels

_MOST_ID = 2**31  # of a short table
OPTIONAL = (PhaseKind.ADMISSION, PhaseKind.VOTING, PhaseKind.EXPERT, PhaseKind.DECISION)
PHASE_HINTS = {
    PhaseKind.ACCEPTING: "Жители подают заявки.",
    PhaseKind.ADMISSION: "Вы проверяете заявки. Без своих дат проверка идёт от конца приёма до голосования.",
    PhaseKind.VOTING: "Жители голосуют. Откроется, только если по каждой заявке есть решение.",
    PhaseKind.EXPERT: "Комиссия оценивает проекты: до голосования, после него или вместо него.",
    PhaseKind.DECISION: "Вы публикуете итоги.",
}
# Where on the page a missing thing is mended.
ANCHORS = {
    "title": "basics",
    "summary": "basics",
    "budget": "money",
    "max_cost": "money",
    **{kind.value: "dates" for kind in PhaseKind},
}


@dataclass(frozen=True)
class PhaseField:
    """The two moments of a phase in the form."""

    kind: str
    name: str
    hint: str
    opens: str
    closes: str
    optional: bool


@dataclass(frozen=True)
class DirectionField:
    """A direction in the form: whether the contest takes it."""

    id: int
    name: str
    on: bool


@dataclass(frozen=True)
class LackRow:
    """What is missing before the contest can be announced, and where."""

    text: str
    anchor: str


@dataclass(frozen=True)
class DraftRow:
    """The fields of a draft as their controls show them."""

    id: int = 0
    version: int = 0
    is_draft: bool = True
    place: str = ""
    title: str = ""
    summary: str = ""
    rules: str = ""
    budget: str = ""
    min_cost: str = ""
    max_cost: str = ""
    max_share: str = ""
    min_age: str = ""
    group_min: str = ""
    vote_limit: str = ""
    min_votes: str = ""
    may_change_votes: bool = True
    figures_hidden: bool = True
    saved: str = ""


@dataclass(frozen=True)
class Draft:
    """All that the form shows."""

    row: DraftRow
    phases: list[PhaseField]
    directions: list[DirectionField]
    lacks: list[LackRow]
    preview: list[Rule]


class ContestEditState(Flow, rx.State):
    """The draft of a contest. Every field saves itself; the version tells when somebody else changed the draft."""

    row: DraftRow = DraftRow()
    phases: list[PhaseField] = []
    directions: list[DirectionField] = []
    lacks: list[LackRow] = []
    preview: list[Rule] = []
    clash: bool = False
    taken: int = 0  # counts reloads of the fields: part of their keys

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show the draft whose id is in the address."""
        asked = self._part(2)
        self.errors, self.clash = {}, False
        if asked != str(self.row.id):
            self.row, self.status = DraftRow(), "loading"
            yield
        yield await self._load(self._opened, asked, into=self._show)

    @rx.event
    async def save(self, field: str, value: str) -> Events:
        """Save one field; a trouble is told at the field and takes nothing away."""
        return await self._saved(field, self._save, self.row.id, self.row.version, field, value)

    @rx.event
    async def save_flag(self, field: str, on: bool) -> Events:
        """Save a switch."""
        value = "true" if on is True else ""
        return await self._saved(field, self._save, self.row.id, self.row.version, field, value)

    @rx.event
    async def save_phase(self, kind: str, end: str, value: str) -> Events:
        """Save one end of a phase (opens or closes); the other one is what the form holds."""
        fields = {field.kind: field for field in self.phases}
        if not isinstance(kind, str) or kind not in fields or not isinstance(value, str):
            return None
        if end not in ("opens", "closes"):
            return None
        field = fields[kind]
        opens, closes = (value, field.closes) if end == "opens" else (field.opens, value)
        fresh = PhaseField(kind, field.name, field.hint, opens, closes, field.optional)
        self.phases = [fresh if one.kind == kind else one for one in self.phases]
        return await self._saved(kind, self._save_phase, self.row.id, self.row.version, kind, opens, closes)

    @rx.event
    async def choose_direction(self, direction_id: int) -> Events:
        """Take a direction in, or leave it out."""
        flow = self._choose_direction
        return await self._saved("directions", flow, self.row.id, self.row.version, direction_id)

    @rx.event
    async def announce(self) -> Events:
        """Make the contest public."""
        return await self._run(
            self._announce,
            self.row.id,
            self.row.version,
            done="Конкурс объявлен",
            then=lambda contest_id: rx.redirect(f"/office/contests/{contest_id}"),
        )

    @rx.event
    async def discard(self) -> Events:
        """Throw the draft away."""
        return await self._run(
            self._discard, self.row.id, done="Черновик удалён", then=lambda _: rx.redirect("/office")
        )

    @staticmethod
    def _opened(work: Work, contest_id: object) -> Draft:
        return _draft(work, for_office(work, contest_id))

    @staticmethod
    def _save(work: Work, contest_id: object, version: object, field: object, value: object) -> Draft:
        contest = _for_drafting(work, contest_id, version)
        if field not in FIELDS or not isinstance(value, str):
            raise NotFound
        if contest_fields.written(contest, str(field)) != value:
            contest_fields.save(contest, str(field), value)
            contest.version += 1
        work.session.flush()
        return _draft(work, contest)

    @staticmethod
    def _save_phase(
        work: Work, contest_id: object, version: object, kind: object, opens: object, closes: object
    ) -> Draft:
        contest = _for_drafting(work, contest_id, version)
        if kind not in list(PhaseKind) or not isinstance(opens, str) or not isinstance(closes, str):
            raise NotFound
        name = PhaseKind(str(kind))
        fresh = contest_fields.read_phase(name, opens, closes, work.now)
        row = work.session.get(ContestPhase, (contest.id, name))
        if fresh is None:
            if row is not None:
                work.session.delete(row)
        elif row is None:
            work.session.add(
                ContestPhase(contest_id=contest.id or 0, kind=name, opens_at=fresh.opens_at, closes_at=fresh.closes_at)
            )
        else:
            row.opens_at, row.closes_at = fresh.opens_at, fresh.closes_at
        contest.version += 1
        work.session.flush()
        return _draft(work, contest)

    @staticmethod
    def _choose_direction(work: Work, contest_id: object, version: object, direction_id: object) -> Draft:
        contest = _for_drafting(work, contest_id, version)
        if not isinstance(direction_id, int) or isinstance(direction_id, bool) or not 0 < direction_id < _MOST_ID:
            raise NotFound
        if work.session.get(Direction, direction_id) is None:
            raise NotFound
        row = work.session.get(ContestDirection, (contest.id, direction_id))
        if row is None:
            work.session.add(ContestDirection(contest_id=contest.id or 0, direction_id=direction_id))
        else:
            work.session.delete(row)
        contest.version += 1
        work.session.flush()
        return _draft(work, contest)

    @staticmethod
    def _announce(work: Work, contest_id: object, version: object) -> int:
        """Make the contest public with a seed for ties that nobody could choose, and enter what is due already."""
        contest = for_office(work, contest_id, lock=True)
        if contest.stage is ContestStage.ANNOUNCED:
            return contest.id or 0  # the same click twice
        if contest.version != version:
            raise Outdated
        phases = phases_of(work.session, contest.id or 0)
        contest.announce(work.now, phases, secrets.token_hex(16))
        work.record("contest.announced", "contest", contest.id, seed=contest.draw_seed, budget=contest.budget)
        work.session.flush()
        enter_due(work, contest)
        return contest.id or 0

    @staticmethod
    def _discard(work: Work, contest_id: object) -> None:
        contest = for_office(work, contest_id, lock=True)
        if contest.stage is not ContestStage.DRAFT:
            raise WrongStage("Объявленный конкурс не удаляют, его можно отменить с причиной.")
        contest.cancel("Черновик удалён организатором.")
        work.record("contest.discarded", "contest", contest.id)

    async def _saved(self, field: str, flow: Callable[..., Any], *arguments: Any) -> Events:
        """Run the flow of one field. A trouble is told at the field: no toast, no jump while a person types."""
        if not isinstance(field, str):
            return None
        try:
            draft = await self._work(flow, *arguments)
        except SignInNeeded:
            return self._to_sign_in()
        except Outdated:
            self.clash = True
            return None
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, field: getattr(refused, "fields", {}).get(field, str(refused))}
            return None
        self.errors = {name: text for name, text in self.errors.items() if name != field}
        kept = {one.kind: one for one in self.phases if one.kind in self.errors}
        self._fill(draft)
        self.phases = [kept.get(one.kind, one) for one in self.phases]
        return None

    def _show(self, draft: Draft) -> None:
        self._fill(draft)
        self.taken += 1

    def _fill(self, draft: Draft) -> None:
        self.row, self.phases, self.directions = draft.row, draft.phases, draft.directions
        self.lacks, self.preview = draft.lacks, draft.preview


def for_office(work: Work, contest_id: object, *, lock: bool = False) -> Contest:
    """Return the contest if the actor is an official of its place; a draft of another place does not exist for them."""
    work.person()
    contest = work.get(Contest, contest_id, lock=lock)
    if not contest.may_edit(work.actor):
        raise Denied("Этот конкурс ведёт другой организатор.")
    return contest


def _for_drafting(work: Work, contest_id: object, version: object) -> Contest:
    contest = for_office(work, contest_id, lock=True)
    if contest.stage is not ContestStage.DRAFT:
        raise WrongStage("Конкурс уже объявлен, его условия не меняют. Обновите страницу.")
    if contest.version != version:
        raise Outdated
    return contest


def _draft(work: Work, contest: Contest) -> Draft:
    phases = phases_of(work.session, contest.id or 0)
    taken = set(
        work.session.execute(
            sa.select(ContestDirection.direction_id).where(col(ContestDirection.contest_id) == contest.id)
        ).scalars()
    )
    directions = work.session.execute(sa.select(Direction).order_by(col(Direction.position))).scalars().all()
    municipality = work.session.get(Municipality, contest.municipality_id) if contest.municipality_id else None
    name = municipality.name if municipality else None
    dates = by_kind(phases)
    return Draft(
        row=_row(work, contest, place_name(name)),
        phases=[
            PhaseField(
                kind=kind.value,
                name=PHASES[kind],
                hint=labels.typographer(PHASE_HINTS[kind]),
                opens=local_input(dates[kind].opens_at) if kind in dates else "",
                closes=local_input(dates[kind].closes_at) if kind in dates else "",
                optional=kind in OPTIONAL,
            )
            for kind in PhaseKind
        ],
        directions=[DirectionField(one.id or 0, one.name, one.id in taken) for one in directions],
        lacks=[
            LackRow(labels.typographer(text), ANCHORS.get(field, "basics"))
            for field, text in contest.lacking(work.now, phases).items()
        ],
        preview=rules(contest, name, [one.name.lower() for one in directions if one.id in taken]),
    )


def _row(work: Work, contest: Contest, place: str) -> DraftRow:
    values: dict[str, Any] = {field: contest_fields.written(contest, field) for field in FIELDS}
    for field in contest_fields.FLAGS:
        values[field] = bool(getattr(contest, field))
    for field in ("budget", "min_cost", "max_cost"):
        values[field] = labels.number(getattr(contest, field))
    return DraftRow(
        id=contest.id or 0,
        version=contest.version,
        is_draft=contest.stage is ContestStage.DRAFT,
        place=place,
        saved=f"Сохранено в {labels.time(work.now)}",
        **values,
    )
