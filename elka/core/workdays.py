"""Working days: weekends, holidays, what a decree has moved. Pure: the table of a country is an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
_WEEKEND = (5, 6)
_JANUARY = 1
_NAMES = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")


@dataclass(frozen=True)
class Holiday:
    """A holiday of every year: from one month and day to another, both inclusive."""

    first: tuple[int, int]
    last: tuple[int, int]
    name: str


@dataclass(frozen=True)
class Year:
    """What a decree has moved: days off and working weekends."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Workdays:
    """The days off of a country. ``years``: those whose decree is known; for others the law alone is applied."""

    holidays: tuple[Holiday, ...] = ()
    years: Mapping[int, Year] = field(default_factory=dict)

    def off(self, day: date) -> str:
        """Return why the day is off («воскресенье», a holiday's name); "" for a working day."""
        if name := self._holiday(day):
            return name
        year = self.years.get(day.year)
        if year is not None:
            if day in year.working:
                return ""
            if day in year.off:
                return "перенесённый выходной"
        elif self._given(day):
            return "перенесённый выходной"
        return _NAMES[day.weekday()] if day.weekday() in _WEEKEND else ""

    def count(self, first: date, last: date) -> int:
        """Return how many working days lie from ``first`` to ``last``, both inclusive."""
        return sum(not self.off(first + DAY * place) for place in range((last - first).days + 1))

    def _holiday(self, day: date) -> str:
        at = (day.month, day.day)
        return next((one.name for one in self.holidays if one.first <= at <= one.last), "")

    def _given(self, day: date) -> bool:
        """Whether a holiday on a weekend gives its day off to this day (article 112; those of January do not)."""
        if day.weekday() in _WEEKEND:
            return False
        before = day - DAY
        while self._holiday(before) or before.weekday() in _WEEKEND:
            if self._holiday(before) and before.weekday() in _WEEKEND and before.month != _JANUARY:
                return True
            before -= DAY
        return False
