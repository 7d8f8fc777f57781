"""The fields of a contest as text: how each is read from a form, checked and written; the dates of its phases."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from elka import clock
from elka.core.lifecycle import Phase, PhaseKind
from elka.core.texts import one_line, paragraphs
from elka.errors import Invalid, Refused
from elka.models.contests import TITLE_MAX, Contest, ContestKind

SUMMARY_MAX = 400
RULES_MAX = 8000
MONEY_MAX = 10**12
TEXTS = ("title", "summary", "rules")
FLAGS = ("may_change_votes", "figures_hidden")
# Whole numbers: the smallest and the largest.
NUMBERS: dict[str, tuple[int, int]] = {
    "budget": (1, MONEY_MAX),
    "min_cost": (0, MONEY_MAX),
    "max_cost": (1, MONEY_MAX),
    "max_share": (1, 100),
    "min_age": (14, 100),
    "group_min": (1, 100),
    "vote_limit": (1, 1000),
    "min_votes": (0, 1_000_000),
}
FIELDS = (*TEXTS, *NUMBERS, *FLAGS)
_LONGEST = timedelta(days=5 * 366)
_NUMBER_SIGNS = 16
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?")


def save(contest: Contest, field: str, value: str) -> None:
    """Check what was typed and write it into the contest; raise a refusal at the field otherwise."""
    if field in TEXTS:
        _save_text(contest, field, value)
    elif field in FLAGS:
        setattr(contest, field, value == "true")
    else:
        _save_number(contest, field, value)


def written(contest: Contest, field: str) -> str:
    """Return what the field holds, as its control shows it."""
    value = getattr(contest, field)
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)


def read_phase(kind: PhaseKind, opens: str, closes: str, now: datetime) -> Phase | None:
    """Read the two moments of a phase, typed in the time of Ugra; None when both are empty: there is no such phase."""
    if not opens.strip() and not closes.strip():
        return None
    first, last = _moment(kind, opens), _moment(kind, closes)
    if first >= last:
        raise Invalid({kind.value: "Этап кончается раньше, чем начинается."})
    if not now - _LONGEST < first < last < now + _LONGEST:
        raise Invalid({kind.value: "Проверьте год."})
    return Phase(kind, first, last)


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
    if kind is ContestKind.REGIONAL:
        return {"max_cost": min(budget, 10_000_000), "max_share": 70, "min_age": 14, "group_min": 1, "vote_limit": None}
    return {"max_cost": min(budget, 1_000_000), "max_share": 90, "min_age": 16, "group_min": 3, "vote_limit": 5}


def whole(field: str, value: object) -> int:
    """Read a whole number as people type it («1 200 000 ₽»); raise a refusal at the field otherwise."""
    plain = re.sub(r"[\s₽%]", "", value) if isinstance(value, str) else ""
    if not (plain.isascii() and plain.isdigit() and len(plain) <= _NUMBER_SIGNS):
        raise Refused("Впишите целое число.", field=field)
    low, high = NUMBERS[field]
    number = int(plain)
    if not low <= number <= high:
        raise Refused(f"Число от {low} до {high}.", field=field)
    return number


def _save_text(contest: Contest, field: str, value: str) -> None:
    text = one_line(value) if field == "title" else paragraphs(value)
    most = {"title": TITLE_MAX, "summary": SUMMARY_MAX, "rules": RULES_MAX}[field]
    if len(text) > most:
        raise Refused(f"Слишком длинно: {len(text)} из {most}. Сократите.", field=field)
    if field == "title" and not text:
        raise Refused("Без названия конкурс не найти. Пока осталось прежнее.", field=field)
    setattr(contest, field, text)


def _save_number(contest: Contest, field: str, value: str) -> None:
    if field == "vote_limit" and not value.strip():
        contest.vote_limit = None
        return
    number = whole(field, value)
    low = number if field == "min_cost" else contest.min_cost
    high = number if field == "max_cost" else contest.max_cost
    if low > high:
        raise Refused("Наименьшая сумма больше наибольшей.", field=field)
    setattr(contest, field, number)


def _moment(kind: PhaseKind, value: str) -> datetime:
    try:
        return read_moment(kind.value, value)
    except Refused as refused:
        raise Invalid({kind.value: "Укажите и начало, и конец этапа."}) from refused
