"""The fields of a contest as text: how each is read from a form, checked and written; the dates of its phases."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from elka import clock
from elka.core.lifecycle import Phase, PhaseKind
from elka.core.texts import one_line, paragraphs
from elka.errors import Invalid, NotFound, Refused
from elka.models.contest_parts import CategoryBasis
from elka.models.contests import TITLE_MAX, Allot, ApplicantKind, Contest, ContestKind, CountRule, VoteKind, WinnersBy

SUMMARY_MAX = 400
RULES_MAX = 8000
MONEY_MAX = 10**12
TEXTS = {"title": TITLE_MAX, "summary": SUMMARY_MAX, "rules": RULES_MAX}  # characters
FLAGS = ("may_change_votes", "figures_hidden", "local_only", "voters_local", "voters_own_part", "paper")
MONEY = ("budget", "min_cost", "max_cost")
# Whole numbers: the smallest and the largest.
NUMBERS: dict[str, tuple[int, int]] = {
    "budget": (1, MONEY_MAX),
    "min_cost": (0, MONEY_MAX),
    "max_cost": (1, MONEY_MAX),
    "max_share": (1, 100),
    "min_age": (14, 100),
    "max_age": (14, 120),
    "group_min": (1, 100),
    "vote_limit": (1, 1000),
    "points_limit": (2, 1000),
    "min_votes": (0, 1_000_000),
    "voter_age": (14, 100),
    "places": (1, 10_000),
    "public_weight": (0, 100),
    "min_score": (0, 100),
    "min_reviews": (0, 50),
    "appeal_days": (0, 60),
    "correction_days": (1, 60),
}
MAY_BE_EMPTY = ("vote_limit", "max_age", "places")
POINTS = ("min_score",)  # kept in hundredths, typed with a comma
CHOICES: dict[str, type[StrEnum]] = {
    "kind": ContestKind,
    "vote_kind": VoteKind,
    "count_rule": CountRule,
    "winners_by": WinnersBy,
    "allot": Allot,
    "category_basis": CategoryBasis,
}
FIELDS = (*TEXTS, *NUMBERS, *FLAGS, *CHOICES)
# Fields that hold each other: the one may not be larger than the other.
_PAIRS = (
    ("min_cost", "max_cost", "Наименьшая сумма больше наибольшей."),
    ("min_age", "max_age", "Возраст «от» больше возраста «до»."),
)
_NBSP = "\N{NO-BREAK SPACE}"
_LONGEST = timedelta(days=5 * 366)
_NUMBER_SIGNS = 16
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")
_DECIMAL = re.compile(r"\d{1,3}([.,]\d{1,2})?")


def save(contest: Contest, field: str, value: str) -> None:
    """Check what was typed and write it into the contest; raise a refusal at the field otherwise."""
    setattr(contest, field, read(contest, field, value))


def read(contest: Contest, field: str, value: object) -> Any:
    """Return what was typed as the contest keeps it; raise a refusal at the field when it makes no sense."""
    if field not in FIELDS or not isinstance(value, str):
        raise NotFound
    if field in TEXTS:
        return _read_text(field, value)
    if field in FLAGS:
        return value == "true"
    if field in CHOICES:
        return _read_choice(contest, field, value)
    return _read_number(contest, field, value)


def written(contest: Contest, field: str) -> str:
    """Return what the field holds, as its control shows it."""
    return as_shown(field, getattr(contest, field))


def as_shown(field: str, value: Any) -> str:
    """Return a value of the field as its control shows it: sums with their thousands apart, points with a comma."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if field in MONEY:
        return f"{value:,}".replace(",", _NBSP)
    if field in POINTS:
        return f"{value / 100:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(value)


def kinds_for(municipality_id: int | None) -> tuple[ContestKind, ...]:
    """Return the kinds of contests that can be held there (None: by the region)."""
    own = ContestKind.REGIONAL if municipality_id is None else ContestKind.MUNICIPAL
    return (own, ContestKind.INDIVIDUALS, ContestKind.REALISED)


def applicants_for(kind: ContestKind) -> tuple[ApplicantKind, ...]:
    """Return who can be let apply: municipalities file to regional contests only."""
    return tuple(one for one in ApplicantKind if one is not ApplicantKind.MUNICIPALITY or kind is ContestKind.REGIONAL)


def winners_for(kinds: Sequence[PhaseKind]) -> tuple[WinnersBy, ...]:
    """Return what projects can be ranked by, given the stages of the contest."""
    votes, scores = PhaseKind.VOTING in kinds, PhaseKind.EXPERT in kinds
    return tuple(
        one
        for one, possible in (
            (WinnersBy.VOTES, votes),
            (WinnersBy.SCORES, scores),
            (WinnersBy.BOTH, votes and scores),
        )
        if possible
    )


def read_phase(kind: PhaseKind, opens: str, closes: str, now: datetime) -> Phase:
    """Read the two moments of a phase, typed in the time of Ugra."""
    return checked_phase(kind, _moment(kind, opens), _moment(kind, closes), now)


def checked_phase(kind: PhaseKind, opens: datetime, closes: datetime, now: datetime) -> Phase:
    """Return the phase; raise a refusal at its field when it ends before it begins or is many years away."""
    if opens >= closes:
        raise Invalid({kind.value: "Этап кончается раньше, чем начинается."})
    if not now - _LONGEST < opens < closes < now + _LONGEST:
        raise Invalid({kind.value: "Проверьте год."})
    return Phase(kind, opens, closes)


def local_input(moment: datetime) -> str:
    """Return a moment as ``<input type="datetime-local">`` holds it, in the time of Ugra."""
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M")


def read_moment(field: str, value: object) -> datetime:
    """Read one moment typed in the time of Ugra; raise a refusal at the field otherwise."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value.strip()):
        raise Refused("Укажите дату и время.", field=field)
    try:
        return clock.from_local(datetime.fromisoformat(value.strip()))
    except ValueError as error:
        raise Refused("Такой даты нет.", field=field) from error


def suggested_phases(now: datetime) -> list[Phase]:
    """Suggest dates for a new contest: a month of reception from tomorrow, ten days of admission, two weeks of voting."""
    start = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)

    def at(days: int, hour: int) -> datetime:
        return clock.from_local(start + timedelta(days=days, hours=hour))

    return [
        Phase(PhaseKind.ACCEPTING, at(1, 9), at(31, 18)),
        Phase(PhaseKind.ADMISSION, at(31, 18), at(41, 18)),
        Phase(PhaseKind.VOTING, at(42, 9), at(56, 18)),
        Phase(PhaseKind.DECISION, at(56, 18), at(63, 18)),
    ]


def suggested_rules(kind: ContestKind, budget: int) -> dict[str, object]:
    """Suggest rules for a new contest. Samples to be edited: limits of a region and of a municipality differ."""
    if kind is ContestKind.MUNICIPAL:
        most, share, age, group, votes = 1_000_000, 90, 16, 3, 5
    else:
        most, share, age, group, votes = 10_000_000, 70, 14, 1, None
    return {
        "max_cost": min(budget, most),
        "max_share": share,
        "min_age": age,
        "voter_age": age,
        "group_min": group,
        "vote_limit": votes,
    }


def whole(field: str, value: object) -> int:
    """Read a whole number as people type it («1 200 000 ₽»); raise a refusal at the field otherwise."""
    return whole_between(field, value, *NUMBERS[field])


def whole_between(field: str, value: object, low: int, high: int) -> int:
    """Read a whole number between two others."""
    plain = re.sub(r"[\s₽%]", "", value) if isinstance(value, str) else ""
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _NUMBER_SIGNS):
        raise Refused("Впишите целое число.", field=field)
    number = int(plain)
    if not low <= number <= high:
        raise Refused(f"Число от {_spaced(low)} до {_spaced(high)}.", field=field)
    return number


def _read_text(field: str, value: str) -> str:
    text = one_line(value) if field == "title" else paragraphs(value)
    if len(text) > TEXTS[field]:
        raise Refused(f"Слишком длинно: {len(text)} из {TEXTS[field]}. Сократите.", field=field)
    if field == "title" and not text:
        raise Refused("Без названия конкурс не найти. Пока осталось прежнее.", field=field)
    return text


def _read_choice(contest: Contest, field: str, value: str) -> StrEnum | None:
    if field == "category_basis" and not value:
        return None
    if value not in list(CHOICES[field]):
        raise NotFound
    chosen = CHOICES[field](value)
    if field == "kind" and chosen not in kinds_for(contest.municipality_id):
        raise Refused(
            "Муниципальный конкурс проводит муниципалитет, региональный — регион. Сначала смените место.", field=field
        )
    return chosen


def _read_number(contest: Contest, field: str, value: str) -> int | None:
    if field in MAY_BE_EMPTY and not value.strip():
        return None
    if field in POINTS:
        return _read_points(field, value)
    number = whole(field, value)
    for low, high, words in _PAIRS:
        least = number if field == low else getattr(contest, low)
        most = number if field == high else getattr(contest, high)
        if field in (low, high) and most is not None and least > most:
            raise Refused(words, field=field)
    return number


def _read_points(field: str, value: str) -> int:
    plain = re.sub(r"\s", "", value)
    if not _DECIMAL.fullmatch(plain):
        raise Refused("Впишите число, можно с двумя знаками после запятой.", field=field)
    units, _, part = plain.replace(",", ".").partition(".")
    hundredths = int(units) * 100 + int(f"{part:0<2}")
    low, high = NUMBERS[field]
    if not low * 100 <= hundredths <= high * 100:
        raise Refused(f"Число от {low} до {high}.", field=field)
    return hundredths


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", _NBSP)


def _moment(kind: PhaseKind, value: str) -> datetime:
    try:
        return read_moment(kind.value, value)
    except Refused as refused:
        raise Invalid({kind.value: "Укажите и начало, и конец этапа."}) from refused
