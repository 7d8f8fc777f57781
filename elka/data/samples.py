"""Samples that an office begins with: grounds of refusal by law, and ready remarks at the fields.

The grounds are those of part 7 of article 26.1 of the federal law 131-ФЗ, in our wording: **samples, to be checked by a
lawyer of the organiser** (the law is being replaced by 33-ФЗ of 2025). They are data: the files beside are what to edit.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
OWN = "own"
"""The code of a ground in the contest's own words."""


@dataclass(frozen=True)
class Ground:
    """A ground of refusal: its code as applications keep it, a short name, the wording for the applicant."""

    code: str
    short: str
    text: str


@dataclass(frozen=True)
class SampleRemark:
    """A ready remark: for a part of the project, for a kind of field, or ("" and "") for any field."""

    part: str
    kind: str
    text: str


@lru_cache(maxsize=1)
def grounds() -> dict[str, Ground]:
    """Return the grounds by their codes, in the order of the law."""
    return {row["code"]: Ground(row["code"], row["short"], row["text"]) for row in _rows("grounds.csv")}


@lru_cache(maxsize=1)
def sample_remarks() -> tuple[SampleRemark, ...]:
    """Return the ready remarks that are shipped."""
    return tuple(SampleRemark(row["part"], row["kind"], row["text"]) for row in _rows("remarks.csv"))


def samples_for(part: str, kind: str) -> list[str]:
    """Return the ready remarks for a field: of its part of the project, else of its kind; then those for any field."""
    found = sample_remarks()
    own = [one.text for one in found if (part and one.part == part) or (not part and kind and one.kind == kind)]
    return own + [one.text for one in found if not one.part and not one.kind]


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
