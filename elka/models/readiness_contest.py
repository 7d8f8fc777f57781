"""What a contest still lacks before it can be published, by step and field of the constructor. The only place that knows.

``ContestParts`` is all that a contest is made of; ``lacks`` are errors that stop publication. What is only worth a second
look is advice and is worded elsewhere (``state/build_advice.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlmodel import Session, SQLModel, col

from elka.core.categories import flaws
from elka.core.formfields import ProjectPart
from elka.core.formspec import FormSpec, troubles
from elka.core.lifecycle import Dated, PhaseKind, by_kind
from elka.models import contest_fields
from elka.models.contest_parts import WEIGHTS_SUM, CategoryBasis, ContestCategory, Criterion
from elka.models.contests import Allot, ApplicantKind, Contest, ContestDirection, ContestPhase, VoteKind, WinnersBy
from elka.models.forms import FormField
from elka.models.places import Settlement

BASICS, TIMELINE, FORM, PUBLIC, CRITERIA, WINNERS, CHECK = (
    "basics",
    "timeline",
    "form",
    "public",
    "criteria",
    "winners",
    "check",
)
_PHASES = frozenset(kind.value for kind in PhaseKind)
_LEAST_CATEGORIES = 2


@dataclass(frozen=True)
class ContestLack:
    """One thing that is missing or wrong: the step and the field where it is mended, and what to do.

    ``field``: a field of the step; ``"7-people"`` for a row and its field, where 7 is the row's id.
    """

    step: str
    field: str
    text: str


@dataclass(frozen=True)
class ContestParts:
    """A contest with everything that belongs to it, each in its order."""

    contest: Contest
    phases: Sequence[Dated] = ()
    fields: Sequence[FormField] = ()
    categories: Sequence[ContestCategory] = ()
    criteria: Sequence[Criterion] = ()
    directions: Sequence[ContestDirection] = ()
    settlements: Mapping[int, str] = field(default_factory=dict)  # of its municipality, where categories list them

    def has(self, kind: PhaseKind) -> bool:
        """Whether the timeline has such a stage."""
        return any(phase.kind is kind for phase in self.phases)

    @property
    def rows(self) -> list[SQLModel]:
        """Every row of the contest."""
        found = (self.contest, *self.phases, *self.directions, *self.categories, *self.criteria, *self.fields)
        return [row for row in found if isinstance(row, SQLModel)]

    @property
    def kinds(self) -> list[PhaseKind]:
        """The stages of the timeline."""
        return [phase.kind for phase in self.phases]


def parts_of(session: Session, contest: Contest) -> ContestParts:
    """Read everything that belongs to a contest, anew."""
    return parts_by_contest(session, [contest])[contest.id or 0]


def parts_by_contest(session: Session, contests: Iterable[Contest]) -> dict[int, ContestParts]:
    """Read everything that belongs to these contests: as many queries for one as for many."""
    listed = {contest.id or 0: contest for contest in contests}
    phases, fields, categories, criteria, directions = (
        _by_contest(session, table, listed, order)
        for table, order in (
            (ContestPhase, ContestPhase.opens_at),
            (FormField, FormField.position),
            (ContestCategory, ContestCategory.position),
            (Criterion, Criterion.position),
            (ContestDirection, ContestDirection.direction_id),
        )
    )
    places = _settlements_by_place(session, listed.values())
    return {
        key: ContestParts(
            contest=contest,
            phases=list(by_kind(phases.get(key, [])).values()),
            fields=fields.get(key, []),
            categories=categories.get(key, []),
            criteria=criteria.get(key, []),
            directions=directions.get(key, []),
            settlements=places.get(contest.municipality_id, {}),
        )
        for key, contest in listed.items()
    }


def _settlements_by_place(session: Session, contests: Iterable[Contest]) -> dict[int | None, dict[int, str]]:
    """Return the settlements of the municipalities whose contests list them in categories."""
    wanted = {one.municipality_id for one in contests if one.category_basis is CategoryBasis.SETTLEMENT} - {None}
    found: dict[int | None, dict[int, str]] = {}
    if wanted:
        for row in session.execute(sa.select(Settlement).where(col(Settlement.municipality_id).in_(wanted))).scalars():
            found.setdefault(row.municipality_id, {})[row.id or 0] = row.name
    return found


def lacks(parts: ContestParts, now: datetime) -> list[ContestLack]:
    """Return everything that is missing or wrong before the contest may be published, in the order of the steps."""
    found = [
        *_basics(parts, now),
        *_categories(parts),
        *_form(parts),
        *_public(parts),
        *_criteria(parts),
        *_winners(parts),
    ]
    order = (BASICS, TIMELINE, FORM, PUBLIC, CRITERIA, WINNERS)
    return sorted(found, key=lambda lack: order.index(lack.step))


def form_of(fields: Iterable[FormField]) -> FormSpec:
    """Return the template as its rows make it; raise pydantic's ValidationError when a row makes no sense."""
    return FormSpec(fields=tuple(row.typed() for row in fields))


def _by_contest(session: Session, table: Any, ids: Iterable[int], order: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.execute(
        sa.select(table)
        .where(col(table.contest_id).in_(list(ids)))
        .order_by(col(order))
        .execution_options(populate_existing=True)
    ).scalars():
        found.setdefault(row.contest_id, []).append(row)
    return found


def _basics(parts: ContestParts, now: datetime) -> Iterator[ContestLack]:
    contest = parts.contest
    for name, text in contest.lacking(now, parts.phases).items():
        yield ContestLack(TIMELINE if name in _PHASES else BASICS, name, text)
    if not contest.applicants:
        yield ContestLack(BASICS, "applicants", "Отметьте, кто может подать заявку.")
    elif contest.group_min > 1 and ApplicantKind.GROUP.value not in contest.applicants:
        yield ContestLack(
            BASICS, "group_min", "Нужна группа, а подать заявку от группы нельзя. Отметьте «Инициативная группа»."
        )
    if contest.local_only and contest.municipality_id is None:
        yield ContestLack(
            BASICS, "local_only", "Конкурс идёт по всей Югре: ограничить его жителями одного места нельзя."
        )


def _categories(parts: ContestParts) -> Iterator[ContestLack]:
    contest, rows = parts.contest, parts.categories
    if contest.category_basis is None:
        if rows:
            yield ContestLack(BASICS, "category_basis", "Выберите, как заявки делятся на категории, или уберите их.")
        return
    if len(rows) < _LEAST_CATEGORIES:
        yield ContestLack(BASICS, "category_basis", "Добавьте хотя бы две категории или откажитесь от них.")
    for row in rows:
        yield from _category(contest, row)
    if contest.allot is Allot.BUDGET and sum(row.budget or 0 for row in rows) > contest.budget:
        yield ContestLack(BASICS, "category_basis", "Бюджеты категорий вместе больше бюджета конкурса.")
    if contest.category_basis is CategoryBasis.POPULATION and len(rows) >= _LEAST_CATEGORIES:
        for flaw in flaws([(row.people_from, row.people_below) for row in rows]):
            yield ContestLack(BASICS, "category_basis", _flaw_words(flaw.low, flaw.high, twice=bool(flaw.places)))
    if contest.category_basis is CategoryBasis.DIRECTION:
        yield from _directions(parts)
    if contest.category_basis is CategoryBasis.SETTLEMENT:
        yield from _settlements(parts)
    yield from _limits(parts)


def _category(contest: Contest, row: ContestCategory) -> Iterator[ContestLack]:
    name = f"«{row.name}»" if row.name else "без названия"
    if not row.name:
        yield ContestLack(BASICS, f"{row.id}-name", "Назовите категорию.")
    if contest.allot is Allot.BUDGET and row.budget is None:
        yield ContestLack(BASICS, f"{row.id}-budget", f"Категория {name}: укажите её бюджет.")
    if contest.allot is Allot.PLACES and row.places is None:
        yield ContestLack(BASICS, f"{row.id}-places", f"Категория {name}: укажите, сколько в ней победителей.")


def _directions(parts: ContestParts) -> Iterator[ContestLack]:
    taken: set[int] = set()
    for row in parts.categories:
        name = f"«{row.name}»" if row.name else "без названия"
        if not row.directions:
            yield ContestLack(BASICS, f"{row.id}-directions", f"Категория {name}: отметьте её направления.")
        if taken & set(row.directions):
            yield ContestLack(
                BASICS, f"{row.id}-directions", f"Категория {name}: её направление уже есть в другой категории."
            )
        taken |= set(row.directions)
    if left := [one for one in parts.directions if one.direction_id not in taken]:
        words = "Одно направление конкурса не вошло" if len(left) == 1 else f"{len(left)} направлений конкурса не вошли"
        yield ContestLack(BASICS, "category_basis", f"{words} ни в одну категорию.")
    elif not parts.directions and parts.categories:
        yield ContestLack(
            BASICS, "directions", "Категории — по направлениям: отметьте направления, которые принимает конкурс."
        )


def _settlements(parts: ContestParts) -> Iterator[ContestLack]:
    if parts.contest.municipality_id is None:
        yield ContestLack(
            BASICS,
            "category_basis",
            "По населённым пунктам делятся заявки одного муниципалитета, а конкурс проводит регион.",
        )
        return
    taken: set[int] = set()
    for row in parts.categories:
        name = f"«{row.name}»" if row.name else "без названия"
        mine = set(row.settlements)
        if not mine:
            yield ContestLack(BASICS, f"{row.id}-settlements", f"Категория {name}: отметьте её населённые пункты.")
        if mine - set(parts.settlements):
            yield ContestLack(
                BASICS, f"{row.id}-settlements", f"Категория {name}: в ней населённый пункт другого муниципалитета."
            )
        if taken & mine:
            yield ContestLack(
                BASICS, f"{row.id}-settlements", f"Категория {name}: её населённый пункт уже есть в другой категории."
            )
        taken |= mine
    if left := [name for key, name in parts.settlements.items() if key not in taken]:
        words = f"«{left[0]}» не вошёл" if len(left) == 1 else f"{len(left)} населённых пунктов не вошли"
        yield ContestLack(BASICS, "category_basis", f"{words} ни в одну категорию.")


def _limits(parts: ContestParts) -> Iterator[ContestLack]:
    """Whether the limits of categories make sense together with that of the whole ballot."""
    contest, limits = parts.contest, [row.vote_limit for row in parts.categories]
    given = [limit for limit in limits if limit is not None]
    if given and not parts.has(PhaseKind.VOTING):
        yield ContestLack(
            BASICS, "category_basis", "У категорий указано, сколько проектов в бюллетене, а голосования в сроках нет."
        )
    if contest.vote_limit is None:
        return
    for row in parts.categories:
        if row.vote_limit is not None and row.vote_limit > contest.vote_limit:
            yield ContestLack(
                BASICS,
                f"{row.id}-vote_limit",
                f"Категория «{row.name}»: в бюллетене до {row.vote_limit} её проектов, а всего можно {contest.vote_limit}.",
            )
    if given and len(given) == len(limits) and sum(given) < contest.vote_limit:
        yield ContestLack(
            PUBLIC,
            "limit",
            f"В бюллетене можно до {contest.vote_limit}, а по всем категориям вместе до {sum(given)}: столько не набрать.",
        )


def _form(parts: ContestParts) -> Iterator[ContestLack]:
    try:
        spec = form_of(parts.fields)
    except ValidationError:
        yield ContestLack(FORM, "", "В форме есть поле с неверными настройками. Откройте его и поправьте.")
        return
    for key, text in troubles(spec).items():
        label = spec.by_key[key].label if key else ""
        yield ContestLack(FORM, key, f"«{label}»: {text[:1].lower()}{text[1:]}" if label else text)
    known = {field.of_project for field in spec.fields}
    if parts.contest.allot is Allot.BUDGET and ProjectPart.BUDGET not in known:
        yield ContestLack(FORM, "", "Победителей выбирают в пределах бюджета, а в форме нет сметы. Добавьте её.")
    if parts.contest.group_min > 1 and ProjectPart.GROUP not in known:
        yield ContestLack(FORM, "", "Нужна группа, а в форме нет поля «Инициативная группа». Добавьте его.")


def _public(parts: ContestParts) -> Iterator[ContestLack]:
    contest = parts.contest
    if parts.has(PhaseKind.VOTING) and contest.voters_local and contest.municipality_id is None:
        yield ContestLack(
            PUBLIC, "voters_local", "Конкурс идёт по всей Югре: ограничить голосование жителями одного места нельзя."
        )
    if contest.voters_own_part and contest.category_basis is not CategoryBasis.SETTLEMENT:
        yield ContestLack(
            PUBLIC,
            "voters_own_part",
            "Голосовать только за проекты своего места можно, когда заявки делятся по населённым пунктам.",
        )
    if parts.has(PhaseKind.VOTING) and contest.vote_kind is VoteKind.RANKED and (contest.vote_limit or 0) < 2:  # noqa: PLR2004  one project alone has no order
        yield ContestLack(PUBLIC, "limit", "Укажите, сколько проектов человек расставляет по местам: хотя бы два.")


def _criteria(parts: ContestParts) -> Iterator[ContestLack]:
    if not parts.has(PhaseKind.EXPERT):
        return
    if not parts.criteria:
        yield ContestLack(CRITERIA, "", "Добавьте критерии: по ним комиссия ставит баллы.")
        return
    for criterion in parts.criteria:
        if not criterion.name.strip():
            yield ContestLack(CRITERIA, f"{criterion.id}-name", "Назовите критерий.")
    whole = sum(one.weight for one in parts.criteria if one.category_id is None)
    own = {row.id: sum(one.weight for one in parts.criteria if one.category_id == row.id) for row in parts.categories}
    for row in parts.categories:
        if own[row.id] and whole + own[row.id] != WEIGHTS_SUM:
            yield ContestLack(
                CRITERIA,
                "weights",
                f"Категория «{row.name}»: веса критериев вместе {whole + own[row.id]} %, а должно быть {WEIGHTS_SUM} %.",
            )
    if whole != WEIGHTS_SUM and (not own or not all(own.values())):
        yield ContestLack(
            CRITERIA, "weights", f"Веса критериев вместе {whole} %, а должно быть {WEIGHTS_SUM} %. Распределите их."
        )


def _winners(parts: ContestParts) -> Iterator[ContestLack]:
    contest = parts.contest
    possible = contest_fields.winners_for(parts.kinds)
    if possible and contest.winners_by not in possible:
        yield ContestLack(
            WINNERS,
            "winners_by",
            "Побеждают по голосам, а голосования в сроках нет."
            if not parts.has(PhaseKind.VOTING)
            else "Побеждают по баллам, а комиссии в сроках нет.",
        )
    if contest.allot is Allot.PLACES and contest.category_basis is None and contest.places is None:
        yield ContestLack(WINNERS, "places", "Укажите, сколько будет победителей.")
    if contest.count_rule.is_shares and (
        contest.winners_by is not WinnersBy.VOTES or contest.allot is not Allot.BUDGET
    ):
        yield ContestLack(
            WINNERS,
            "sharing",
            "Равные доли делят бюджет по голосам жителей. Выберите «По голосам жителей» и «Пока хватает бюджета» "
            "или раздачу по списку.",
        )


def _flaw_words(low: int, high: int | None, *, twice: bool) -> str:
    first = f"{low:,}".replace(",", "\N{NO-BREAK SPACE}")
    last = "" if high is None else f"{high:,}".replace(",", "\N{NO-BREAK SPACE}")
    if high is None:
        where = f"от {first} жителей" if low else "любого размера"
    else:
        where = f"от {first} до {last} жителей" if low else f"меньше {last} жителей"
    return (
        f"Населённый пункт {where} попадает сразу в две категории."
        if twice
        else f"Населённый пункт {where} не попадает ни в одну категорию."
    )
