"""How long a template takes to be filled in: an estimate, told to those who build it and those who begin."""

from __future__ import annotations

from collections.abc import Iterable

from elka.core.formfields import AnyField, FieldKind, SectionField, TextField

# Minutes of a person who has thought the matter over, by kind. Texts: by their length.
MINUTES: dict[FieldKind, float] = {
    FieldKind.LINE: 0.5,
    FieldKind.NUMBER: 0.5,
    FieldKind.MONEY: 0.5,
    FieldKind.DATE: 0.3,
    FieldKind.CHOICE: 0.4,
    FieldKind.CHOICES: 0.6,
    FieldKind.FILES: 2,
    FieldKind.BUDGET: 6,
    FieldKind.SCHEDULE: 4,
    FieldKind.POINT: 1,
    FieldKind.PEOPLE: 4,
    FieldKind.LINK: 0.5,
    FieldKind.CONSENT: 0.5,
    FieldKind.SECTION: 0,
}
_TYPED = 150  # characters a minute
_USED = 0.2  # how much of a limit people use
_LONGEST = 8.0
_ROUGH = 10  # minutes; longer estimates are told by fives


def questions(fields: Iterable[AnyField]) -> int:
    """Count the fields that ask something."""
    return sum(not isinstance(field, SectionField) for field in fields)


def minutes(fields: Iterable[AnyField]) -> int:
    """Estimate how many minutes all of it takes; 0 for a template that asks nothing."""
    whole = sum(_minutes(field) for field in fields)
    if not whole:
        return 0
    return max(1, round(whole)) if whole < _ROUGH else 5 * round(whole / 5)


def _minutes(field: AnyField) -> float:
    if isinstance(field, TextField):
        return min(_LONGEST, 1 + max(field.min_length, field.max_length * _USED) / _TYPED)
    return MINUTES[FieldKind(field.kind)]
