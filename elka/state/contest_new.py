"""Beginning a contest: from a ready template, from one of an office, from a past contest, from a file or from nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.core.actor import Role
from elka.core.blueprint import BadTemplate, Blueprint
from elka.core.lifecycle import ContestStage
from elka.core.texts import one_line
from elka.data.contest_templates import ready_templates
from elka.data.standard_form import standard_form
from elka.db import Work
from elka.errors import Invalid, NotFound, Refused
from elka.models import contest_fields
from elka.models.contest_templates import ContestTemplate
from elka.models.contests import TITLE_MAX, TITLE_MIN, Contest, ContestKind, ContestPhase
from elka.models.forms import FormField
from elka.models.places import Municipality
from elka.state.base import Events, Fault, Flow
from elka.state.build_basics import REGION, place_options
from elka.state.build_templates import archive_template, copied, lay, opening_day, require_template
from elka.state.build_words import KINDS
from elka.state.building import for_office
from elka.state.contest_words import place_name
from elka.ui import labels
from elka.ui.rows import Option

EMPTY, FILE = "empty", "file"
_MOST_PAST = 20
_JUDGED = {"voting": "голосование", "expert": "комиссия"}


@dataclass(frozen=True)
class Beginning:
    """Something that a contest can begin with. ``value``: ``ready:regional``, ``office:12``, ``contest:345``, file, empty."""

    value: str
    name: str
    note: str
    facts: str = ""
    kind: str = ""
    sample: bool = False
    mine: bool = False
    place: str = ""  # the only place that suits it


@dataclass(frozen=True)
class Offer:
    """All that the page shows."""

    places: list[Option]
    ready: list[Beginning]
    office: list[Beginning]
    past: list[Beginning]


class ContestNewState(Flow, rx.State):
    """Beginning a contest."""

    places: list[Option] = []
    fitting: list[Option] = []  # places that suit what was chosen
    place: str = ""
    ready: list[Beginning] = []
    office: list[Beginning] = []
    past: list[Beginning] = []
    chosen: str = EMPTY
    file: list[Beginning] = []
    taken: int = 0  # counts choices: part of the key of the list of places
    _text: str = ""

    @rx.event
    async def load(self) -> Events:
        """Show what the official may begin with."""
        self.errors, self.chosen, self.file, self._text = {}, EMPTY, [], ""
        return await self._load(self._offer, into=self._show)

    @rx.event
    async def choose(self, value: str) -> Events:
        """Choose what to begin with; the places that do not suit it are not offered."""
        listed = [*self.ready, *self.office, *self.past, *self.file]
        one = next((one for one in listed if one.value == value), None)
        if one is None and value != EMPTY:
            return None
        self.chosen = value
        self._fit(one)
        return None

    @rx.event
    async def take_file(self, sent: str) -> Events:
        """Read a template from a file: the browser sends its name and its text."""
        try:
            beginning, text = await self._work(self._read_file, sent)
        except (Refused, Fault) as refused:
            self.errors, self.file, self._text = {**self.errors, "file": str(refused)}, [], ""
            return None
        self.errors = {name: told for name, told in self.errors.items() if name != "file"}
        self.file, self._text, self.chosen = [beginning], text, FILE
        self._fit(beginning)
        return None

    @rx.event
    async def archive(self, value: str) -> Events:
        """Put a template of one's own office away."""
        return await self._run(self._archive, value, done="Шаблон убран", then=lambda _: type(self).load)

    @rx.event
    async def create(self, form: dict[str, Any]) -> Events:
        """Make a draft and open it in the constructor."""
        return await self._run(
            self._create,
            self.chosen,
            self._text,
            form,
            then=lambda made: rx.redirect(f"/office/contests/{made}/build"),
        )

    @staticmethod
    def _offer(work: Work) -> Offer:
        work.person()
        everywhere, own = work.actor.places_of(Role.OFFICIAL)
        work.require(everywhere or bool(own), "Конкурсы создают организаторы: муниципалитеты и регион.")
        places = place_options(work)
        kinds = {kind for option in places for kind in _kinds_of(option.value)}
        templates = work.session.execute(
            sa.select(ContestTemplate)
            .where(ContestTemplate.visible_to(work.actor), col(ContestTemplate.archived_at).is_(None))
            .order_by(col(ContestTemplate.name), col(ContestTemplate.id))
        ).scalars()
        return Offer(
            places=places,
            ready=[
                _beginning(f"ready:{name}", one, one.name, one.note)
                for name, one in ready_templates().items()
                if ContestKind(one.basics.kind) in kinds
            ],
            office=[
                _beginning(
                    f"office:{row.id}", Blueprint.load(row.body), row.name, row.note, mine=row.may_edit(work.actor)
                )
                for row in templates
                if ContestKind(row.body["basics"]["kind"]) in kinds
            ],
            past=_past(work, everywhere=everywhere, own=own),
        )

    @staticmethod
    def _read_file(work: Work, sent: object) -> tuple[Beginning, str]:
        ContestNewState._offer(work)  # officials only
        try:
            typed = json.loads(sent) if isinstance(sent, str) else {}
        except (ValueError, RecursionError) as error:
            raise BadTemplate("Файл не дочитался. Выберите его ещё раз.") from error
        name, text, large = (typed.get(key) if isinstance(typed, dict) else None for key in ("name", "text", "large"))
        if large:
            raise BadTemplate("Файл слишком велик для шаблона конкурса.")
        document = Blueprint.read(text)
        told = one_line(str(name or ""))[:120]
        return _beginning(FILE, document, document.name or document.basics.title, told), str(text)

    @staticmethod
    def _archive(work: Work, value: object) -> None:
        kind, _, key = value.partition(":") if isinstance(value, str) else ("", "", "")
        if kind != "office":
            raise NotFound
        archive_template(work, key)

    @staticmethod
    def _create(work: Work, chosen: object, text: object, form: object) -> int:
        ContestNewState._offer(work)  # officials only
        typed = form if isinstance(form, dict) else {}
        empty = chosen == EMPTY
        wrong: dict[str, str] = {}
        place = typed.get("place")
        if not isinstance(place, str) or place not in {option.value for option in place_options(work)}:
            wrong["place"] = "Выберите, где проводится конкурс."
        title = one_line(str(typed.get("title") or ""))
        if (title or empty) and not TITLE_MIN <= len(title) <= TITLE_MAX:
            wrong["title"] = f"Название: от {TITLE_MIN} до {TITLE_MAX} знаков."
        budget: int | None = None
        if empty or str(typed.get("budget") or "").strip():
            try:
                budget = contest_fields.whole("budget", typed.get("budget"))
            except Refused as refused:
                wrong["budget"] = refused.message
        if wrong:
            raise Invalid(wrong)
        municipality = None if place == REGION else int(str(place))
        contest = (
            _from_nothing(work, municipality, title, budget or 0)
            if empty
            else _from_document(work, chosen, text, municipality, title, budget)
        )
        work.record("contest.drafted", "contest", contest.id, begun=str(chosen)[:40])
        return contest.id or 0

    def _show(self, offer: Offer) -> None:
        self.places, self.ready, self.office, self.past = offer.places, offer.ready, offer.office, offer.past
        if self.ready:
            self.chosen = self.ready[0].value
        self._fit(self.ready[0] if self.ready else None)

    def _fit(self, begun: Beginning | None) -> None:
        kind, only = (begun.kind, begun.place) if begun else ("", "")
        fitting = [
            one for one in self.places if (not kind or kind in _kinds_of(one.value)) and (not only or only == one.value)
        ]
        self.fitting, self.taken = fitting, self.taken + 1
        self.place = fitting[0].value if len(fitting) == 1 else ""


def _kinds_of(place: str) -> tuple[ContestKind, ...]:
    return contest_fields.kinds_for(None if place == REGION else 1)


def _beginning(value: str, document: Blueprint, name: str, note: str, *, mine: bool = False) -> Beginning:
    judged = [_JUDGED[stage.kind] for stage in document.timeline.stages if stage.kind in _JUDGED]
    fields = sum(field.kind.value != "section" for field in document.form.fields)
    categories = len(document.categories.rows)
    facts = [
        labels.listing(judged).capitalize(),
        labels.plural(fields, "поле в форме", "поля в форме", "полей в форме") if fields else "",
        labels.plural(categories, "категория", "категории", "категорий") if categories else "",
    ]
    return Beginning(
        value=value,
        name=labels.typographer(name),
        note=labels.typographer(note),
        facts=" · ".join(filter(None, facts)),
        kind=document.basics.kind,
        sample=document.sample,
        mine=mine,
    )


def _past(work: Work, *, everywhere: bool, own: frozenset[int]) -> list[Beginning]:
    """Return the announced contests of the official's own places, newest first."""
    place = sa.true() if everywhere else col(Contest.municipality_id).in_(own)
    found = work.session.execute(
        sa.select(Contest, col(Municipality.name))
        .outerjoin(Municipality, col(Municipality.id) == col(Contest.municipality_id))
        .where(place, col(Contest.announced_at).is_not(None), col(Contest.stage) != ContestStage.CANCELLED)
        .order_by(col(Contest.announced_at).desc(), col(Contest.id).desc())
        .limit(_MOST_PAST)
    ).all()
    return [
        Beginning(
            value=f"contest:{contest.id}",
            name=labels.typographer(contest.title),
            note=f"{place_name(name)} · {KINDS[contest.kind][0].lower()}",
            facts=f"объявлен {labels.date(contest.announced_at)}" if contest.announced_at else "",
            kind=contest.kind.value,
            place=str(contest.municipality_id or REGION),
        )
        for contest, name in found
    ]


def _from_document(
    work: Work, chosen: object, text: object, municipality: int | None, title: str, budget: int | None
) -> Contest:
    kind, _, key = chosen.partition(":") if isinstance(chosen, str) else ("", "", "")
    if kind == "contest":
        source = for_office(work, key)
        if not source.is_public():
            raise NotFound
        document, opens_on = copied(work, source)
        return lay(work, document, municipality, opens_on, title=title, budget=budget)
    if kind == "ready" and key in ready_templates():
        document = ready_templates()[key]
    elif kind == "office":
        document = require_template(work, key)
    elif chosen == FILE:
        document = Blueprint.read(text)
    else:
        raise NotFound
    return lay(work, document, municipality, opening_day(work, document), title=title, budget=budget)


def _from_nothing(work: Work, municipality: int | None, title: str, budget: int) -> Contest:
    """Make a draft with usual dates and the standard form."""
    kind = ContestKind.REGIONAL if municipality is None else ContestKind.MUNICIPAL
    contest = Contest(
        kind=kind,
        municipality_id=municipality,
        title=title,
        budget=budget,
        created_by=work.person(),
        created_at=work.now,
        applicants=["resident", "group"],
        **contest_fields.suggested_rules(kind, budget),
    )
    work.session.add(contest)
    work.session.flush()
    for phase in contest_fields.suggested_phases(work.now):
        work.session.add(
            ContestPhase(
                contest_id=contest.id or 0, kind=phase.kind, opens_at=phase.opens_at, closes_at=phase.closes_at
            )
        )
    for position, field in enumerate(standard_form().fields):
        row = FormField(
            contest_id=contest.id or 0, key=field.key, position=position, kind=field.kind, label=field.label
        )
        row.write(field)
        work.session.add(row)
    work.session.flush()
    return contest
