"""Contests as documents: made from the rows of one, laid into the rows of a new one, kept as templates of an office."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import reflex as rx
import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import col

from elka import clock
from elka.core import blueprint as paper
from elka.core.blueprint import BadTemplate, Blueprint
from elka.core.lifecycle import PhaseKind
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import Invalid, NotFound, Refused
from elka.models import contest_fields
from elka.models.contest_parts import ContestCategory, Criterion
from elka.models.contest_templates import NAME_MAX, NOTE_MAX, ContestTemplate
from elka.models.contests import Contest, ContestDirection, ContestKind, ContestPhase
from elka.models.forms import FormField
from elka.models.places import Direction, Settlement
from elka.models.readiness_contest import ContestParts, form_of, parts_of
from elka.state.base import Events, Flow
from elka.state.building import for_office

YEAR = timedelta(days=364)  # whole weeks: days of the week stay
MOST_TEMPLATES = 100  # of one office
# Column of a contest → part and name in the document, where they are called otherwise or elsewhere.
_BASICS = (
    "title",
    "summary",
    "rules",
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
_VOTING = {
    "vote_kind": "kind",
    "vote_limit": "limit",
    "points_limit": "points",
    "voter_age": "age",
    "voters_local": "local_only",
    "voters_own_part": "own_part_only",
    "may_change_votes": "may_change",
    "figures_hidden": "figures_hidden",
    "paper": "paper",
    "min_votes": "min_votes",
}
_WINNING = {
    "winners_by": "by",
    "allot": "allot",
    "count_rule": "rule",
    "places": "places",
    "public_weight": "public_weight",
    "min_score": "min_score",
    "min_reviews": "min_reviews",
}
_YEAR_IN_TITLE = re.compile(r"(?<!\d)20\d{2}(?!\d)")


class BuildTemplateState(Flow, rx.State):
    """Keeping the contest that is being built as a template of the office."""

    @rx.event
    async def keep(self, form: dict[str, Any]) -> Events:
        """Keep it under a name."""
        return await self._run(
            self._keep,
            self._part(2),
            form,
            done="Шаблон сохранён: он ждёт в «Новом конкурсе»",
            then=lambda _: rx.call_script("elka.close('keep-template')"),
        )

    @staticmethod
    def _keep(work: Work, contest_id: object, form: object) -> int:
        contest = for_office(work, contest_id)
        typed = form if isinstance(form, dict) else {}
        name, note = (one_line(str(typed.get(field) or "")) for field in ("name", "note"))
        wrong: dict[str, str] = {}
        if not 0 < len(name) <= NAME_MAX:
            wrong["name"] = f"Назовите шаблон: до {NAME_MAX} знаков."
        if len(note) > NOTE_MAX:
            wrong["note"] = f"Слишком длинно: {len(note)} из {NOTE_MAX}."
        if wrong:
            raise Invalid(wrong)
        kept = (
            sa.select(sa.func.count())
            .select_from(ContestTemplate)
            .where(
                col(ContestTemplate.municipality_id).is_not_distinct_from(contest.municipality_id),
                col(ContestTemplate.archived_at).is_(None),
            )
        )
        if work.session.execute(kept).scalar_one() >= MOST_TEMPLATES:
            raise Refused(f"Шаблонов не больше {MOST_TEMPLATES}: уберите старые в «Новом конкурсе».")
        body = blueprint_of(work, contest).model_copy(update={"name": name, "note": note})
        row = ContestTemplate(
            municipality_id=contest.municipality_id,
            name=name,
            note=note,
            body=body.dump(),
            created_by=work.person(),
            created_at=work.now,
        )
        work.session.add(row)
        work.session.flush()
        work.record("template.kept", "contest_template", row.id, contest=contest.id)
        return row.id or 0

    @staticmethod
    def _file(work: Work, contest_id: object) -> tuple[str, str]:
        """Return the name and the text of the file of a contest's template."""
        contest = for_office(work, contest_id)
        text = json.dumps(blueprint_of(work, contest).dump(), ensure_ascii=False, indent=1)
        return f"elka-contest-{contest.id}.json", text


def archive_template(work: Work, template_id: object) -> None:
    """Put a template of one's own office away."""
    row = work.get(ContestTemplate, template_id, lock=True)
    work.require(row.may_edit(work.actor), "Этот шаблон ведёт другой организатор.")
    if row.archived_at is None:
        row.archived_at = work.now
        work.record("template.archived", "contest_template", row.id)


def blueprint_of(work: Work, contest: Contest) -> Blueprint:
    """Return a contest as a document. Raises a refusal when a row of it makes no sense yet."""
    parts = parts_of(work.session, contest)
    keys = {row[0]: row[1] for row in work.session.execute(sa.select(col(Direction.id), col(Direction.key)))}
    places = {key: name for name, key in _places(work, contest.municipality_id).items()}
    try:
        return _document(contest, parts, keys, places)
    except ValidationError as error:
        raise Refused(
            "В конкурсе есть поле с неверными настройками. Поправьте его и сохраните шаблон снова."
        ) from error


def lay(
    work: Work,
    document: Blueprint,
    municipality_id: int | None,
    opens_on: date,
    *,
    title: str = "",
    budget: int | None = None,
) -> Contest:
    """Make a draft from a document: reception opens on that day; a budget of one's own is shared out in proportion."""
    kind = ContestKind(document.basics.kind)
    if kind not in contest_fields.kinds_for(municipality_id):
        raise Refused("Такой конкурс проводит регион." if municipality_id else "Такой конкурс проводит муниципалитет.")
    directions = _direction_ids(work, document)
    places = _settlement_ids(work, document, municipality_id)
    contest = Contest(
        kind=kind,
        municipality_id=municipality_id,
        created_by=work.person(),
        created_at=work.now,
        applicants=list(dict.fromkeys(document.basics.applicants)),
        category_basis=document.categories.basis,  # type: ignore[arg-type]
        **{name: getattr(document.basics, name) for name in _BASICS},
        **{column: getattr(document.voting, name) for column, name in _VOTING.items()},
        **{column: getattr(document.winning, name) for column, name in _WINNING.items()},
    )
    contest.title = title or contest.title
    if municipality_id is None:
        contest.local_only = contest.voters_local = contest.voters_own_part = False
    whole = contest.budget
    if budget is not None:
        contest.budget, contest.max_cost = budget, min(contest.max_cost, budget)
        contest.min_cost = min(contest.min_cost, contest.max_cost)
    work.session.add(contest)
    work.session.flush()
    _lay_parts(work, contest, document, directions, places, opens_on, whole)
    work.session.flush()
    # What the columns hold is text by now; read it back as what it is.
    work.session.refresh(contest)
    return contest


def opening_day(work: Work, document: Blueprint) -> date:
    """Return the day on which reception of a new contest opens: in two weeks, on the template's day of the week."""
    return paper.next_weekday(clock.local(work.now).date() + timedelta(days=14), document.timeline.weekday)


def copied(work: Work, source: Contest) -> tuple[Blueprint, date]:
    """Return a past contest as a document, and the day its copy opens: whole years of 52 weeks later, in the future."""
    document = blueprint_of(work, source)
    first = _base(parts_of(work.session, source))
    opens, today, years = first, clock.local(work.now).date(), 0
    while opens <= today:
        opens, years = opens + YEAR, years + 1
    title = _YEAR_IN_TITLE.sub(lambda found: str(int(found[0]) + years), document.basics.title)
    basics = document.basics.model_copy(update={"title": title})
    return document.model_copy(update={"basics": basics}), opens


def _document(contest: Contest, parts: ContestParts, keys: Mapping[int, str], places: Mapping[int, str]) -> Blueprint:
    base = _base(parts)
    numbers = {row.id: place for place, row in enumerate(parts.categories)}
    return Blueprint(
        name=contest.title,
        basics=paper.Basics(
            kind=contest.kind.value,
            applicants=tuple(contest.applicants),  # type: ignore[arg-type]
            directions=tuple(keys[row.direction_id] for row in parts.directions),
            **{name: getattr(contest, name) for name in _BASICS},
        ),
        voting=paper.Voting(**{name: _plain(getattr(contest, column)) for column, name in _VOTING.items()}),
        winning=paper.Winning(**{name: _plain(getattr(contest, column)) for column, name in _WINNING.items()}),
        timeline=paper.Timeline(
            weekday=base.weekday(),
            stages=tuple(
                paper.Stage(
                    kind=phase.kind.value,
                    opens=paper.day_of(clock.local(phase.opens_at), base),
                    closes=paper.day_of(clock.local(phase.closes_at), base),
                )
                for phase in parts.phases
            ),
        ),
        categories=paper.Categories(
            basis=contest.category_basis.value if contest.category_basis else None,
            rows=tuple(
                paper.Category(
                    name=row.name,
                    budget=row.budget,
                    places=row.places,
                    people_from=row.people_from,
                    people_below=row.people_below,
                    vote_limit=row.vote_limit,
                    directions=tuple(keys[one] for one in row.directions if one in keys),
                    settlements=tuple(places[one] for one in row.settlements if one in places),
                )
                for row in parts.categories
            ),
        ),
        form=form_of(parts.fields),
        criteria=tuple(
            paper.Criterion(
                name=row.name,
                hint=row.hint,
                weight=row.weight,
                most=row.most,
                marks=tuple(paper.Mark(**mark) for mark in row.marks),
                category=numbers.get(row.category_id) if row.category_id else None,
            )
            for row in parts.criteria
        ),
    )


def _base(parts: ContestParts) -> date:
    """Return the day from which stages are counted: when reception opens, or the first of them."""
    opens = [phase.opens_at for phase in parts.phases if phase.kind is PhaseKind.ACCEPTING]
    opens = opens or sorted(phase.opens_at for phase in parts.phases)
    return clock.local(opens[0] if opens else parts.contest.created_at).date()


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)  # of an enum


def _direction_ids(work: Work, document: Blueprint) -> dict[str, int]:
    ids = {row[0]: int(row[1]) for row in work.session.execute(sa.select(col(Direction.key), col(Direction.id)))}
    wanted = {*document.basics.directions, *(one for row in document.categories.rows for one in row.directions)}
    if missing := sorted(wanted - set(ids)):
        raise BadTemplate(
            f"В шаблоне есть направление, которого здесь нет: «{missing[0]}». Добавьте его или уберите из файла."
        )
    return ids


def _places(work: Work, municipality_id: int | None) -> dict[str, int]:
    """Return the settlements of a municipality by what a document calls them: «село Теги»."""
    found = work.session.execute(
        sa.select(Settlement).where(col(Settlement.municipality_id) == municipality_id)
    ).scalars()
    return {f"{row.kind} {row.name}": row.id or 0 for row in found}


def _settlement_ids(work: Work, document: Blueprint, municipality_id: int | None) -> dict[str, int]:
    wanted = {one for row in document.categories.rows for one in row.settlements}
    ids = _places(work, municipality_id) if wanted else {}
    if missing := sorted(wanted - set(ids)):
        raise BadTemplate(
            f"В шаблоне категории делятся по населённым пунктам другого места: «{missing[0]}» здесь нет. "
            "Уберите их из файла или возьмите другой шаблон."
        )
    return ids


def _lay_parts(
    work: Work,
    contest: Contest,
    document: Blueprint,
    directions: Mapping[str, int],
    places: Mapping[str, int],
    opens_on: date,
    whole: int,
) -> None:
    key = contest.id or 0
    for stage in document.timeline.stages:
        opens, closes = (clock.from_local(paper.moment_of(at, opens_on)) for at in (stage.opens, stage.closes))
        work.session.add(ContestPhase(contest_id=key, kind=PhaseKind(stage.kind), opens_at=opens, closes_at=closes))
    for name in dict.fromkeys(document.basics.directions):
        work.session.add(ContestDirection(contest_id=key, direction_id=directions[name]))
    rows = [
        ContestCategory(
            contest_id=key,
            position=position,
            budget=None if row.budget is None else max(1, row.budget * contest.budget // whole),
            directions=[directions[one] for one in row.directions],
            settlements=[places[one] for one in row.settlements],
            **row.model_dump(exclude={"budget", "directions", "settlements"}),
        )
        for position, row in enumerate(document.categories.rows)
    ]
    work.session.add_all(rows)
    work.session.flush()
    for position, field in enumerate(document.form.fields):
        made = FormField(contest_id=key, key=field.key, position=position, kind=field.kind, label=field.label)
        made.write(field)
        work.session.add(made)
    for position, one in enumerate(document.criteria):
        work.session.add(
            Criterion(
                contest_id=key,
                category_id=None if one.category is None else rows[one.category].id,
                position=position,
                marks=[mark.model_dump() for mark in one.marks],
                **one.model_dump(exclude={"marks", "category"}),
            )
        )


def require_template(work: Work, template_id: object) -> Blueprint:
    """Return a kept template that the actor may use; raise NotFound otherwise."""
    row = work.get(ContestTemplate, template_id)
    if row.archived_at is not None:
        raise NotFound
    return Blueprint.load(row.body)
