"""The form of an application made ready to be drawn: its sections with their fields, and how far it is filled in.

Not a state. What depends on the database is read once, when the form is opened; what depends on the answers alone
(which fields are asked, what is wrong, how much is left) is counted anew after every letter, in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from elka.core.formfields import AnyField, BudgetField, FieldKind, ProjectPart
from elka.core.formspec import FormSpec, check, filled, shown
from elka.core.geo import project as drawn_at
from elka.db import Work
from elka.models.answers import Remark
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest, ContestDirection
from elka.models.places import Municipality, Settlement
from elka.models.projects import Project
from elka.state import applicants
from elka.state.field_rows import BudgetLimits, FieldRow, PlacePoint, budget_limits, field_row, text_of
from elka.state.project_rows import direction_options, place_of, settlement_options
from elka.ui import labels
from elka.ui.rows import Option, Step

WHO = "who"  # the section of what is asked beside the template
START = "start"  # of a template that begins without a section
HEADLESS = "Заявка"
_NOTHING = FormSpec(fields=())


@dataclass(frozen=True)
class SectionRow:
    """A section of the form with its fields."""

    key: str
    label: str
    hint: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True)
class Progress:
    """How far a form is: counted from the answers alone."""

    wrong: dict[str, str]
    hidden: tuple[str, ...]
    nav: tuple[Step, ...]
    done: int
    total: int


class Held:
    """What a tab knows of its form, on the server: the template, the answers as they stand, the texts that it shows.

    A plain object, which the framework neither watches nor sends.
    """

    def __init__(
        self,
        spec: FormSpec = _NOTHING,
        keys: tuple[str, ...] = (),
        values: dict[str, Any] | None = None,
        own: dict[str, str] | None = None,
        closed: frozenset[str] = frozenset(),
        stamp: tuple[object, ...] = (),
    ) -> None:
        """``keys``: of what is asked beside the template, ``own``: the answers to that; ``closed``: may not be changed."""
        self.spec, self.keys, self.closed, self.stamp = spec, keys, closed, stamp
        self.values, self.own = dict(values or {}), dict(own or {})
        self.seen: dict[str, str] = field_texts(self)
        self.news: dict[str, str] = {}  # written elsewhere, and not yet known to be shown here
        self.left: set[str] = set()  # fields that were left once: their troubles are told
        self.mine: dict[str, str] = {}  # what was typed into fields that somebody else changed
        self.refused: dict[str, str] = {}  # what would not be saved, and why
        self.extra: dict[str, str] = {}  # what the last check of the whole found, until it is mended
        self.checked = False

    def after(self, before: Held) -> Held:
        """Take over from what was held before what the person has done on this page."""
        self.left, self.checked, self.mine, self.extra = before.left, before.checked, before.mine, before.extra
        return self

    def begin(self) -> None:
        """Start with fields that are drawn anew: they show what stands."""
        self.seen, self.news, self.mine, self.refused = field_texts(self), {}, {}, {}


def field_texts(held: Held) -> dict[str, str]:
    """Return what each control shows, by key."""
    found = {key: text_of(one, held.values.get(key)) for key, one in held.spec.by_key.items()}
    return found | {key: held.own[key] for key in held.keys}


def sections(
    work: Work, contest: Contest, application: Application, project: Project, held: Held, *, closed: bool
) -> list[SectionRow]:
    """Return the form section by section."""
    remarks = remarks_of(work, application)
    found: list[SectionRow] = []
    if held.keys:
        asked = applicants.fields(work, contest, held.keys)
        rows = [
            replace(field_row(one, held.own[key], options=options, remark=remarks.get(key, ""), closed=closed), key=key)
            for key, (one, options) in asked.items()
        ]
        found.append(SectionRow(WHO, "Заявитель", "", tuple(rows)))
    facts = Region(work, contest, project)
    head, rows = SectionRow(START, HEADLESS, "", ()), []
    for one in held.spec.fields:
        if one.kind is FieldKind.SECTION:
            found += [replace(head, fields=tuple(rows))] if rows else []
            head, rows = SectionRow(one.key, labels.typographer(one.label), labels.typographer(one.hint), ()), []
            continue
        rows.append(
            field_row(
                one,
                held.values.get(one.key),
                options=facts.options(one),
                remark=remarks.get(one.key, ""),
                closed=closed or one.key in held.closed,
                budget=facts.budget(one),
                places=facts.places() if one.kind is FieldKind.POINT else (),
            )
        )
    return [*found, *([replace(head, fields=tuple(rows))] if rows else [])]


def progress(held: Held, rows: Iterable[SectionRow], extra: Mapping[str, str] | None = None) -> Progress:
    """Count how far the form is. ``extra``: troubles that only the server's other rows know of, by key."""
    visible = shown(held.spec, held.values) | applicants.shown(held.own.get(applicants.APPLICANT, ""), held.keys)
    own = applicants.check(held.own, held.keys)
    wrong = own | {key: text for key, text in check(held.spec, held.values).items() if key not in held.closed}
    wrong = {key: text for key, text in (extra or {}).items() if not key or key in visible} | wrong
    done, total = filled(held.spec, held.values)
    needed = applicants.shown(held.own.get(applicants.APPLICANT, ""), held.keys)
    return Progress(
        wrong=wrong,
        hidden=tuple(key for row in rows for key in (one.key for one in row.fields) if key not in visible),
        nav=tuple(_step(row, wrong, visible) for row in rows if any(one.key in visible for one in row.fields)),
        done=done + sum(key not in own for key in needed),
        total=total + len(needed),
    )


def remarks_of(work: Work, application: Application) -> dict[str, str]:
    """Return what the office asks to mend in what was submitted last, by the key of the field, "" for the whole."""
    if application.status is not ApplicationStatus.RETURNED:
        return {}
    found: dict[str, str] = {}
    for key, text in work.session.execute(
        sa.select(col(Remark.key), col(Remark.text))
        .where(
            col(Remark.application_id) == application.id,
            col(Remark.revision) == application.revision,
            col(Remark.sent_at).is_not(None),
        )
        .order_by(col(Remark.id))
    ):
        found[key] = f"{found[key]}\n{text}" if key in found else text
    return found


def _step(row: SectionRow, wrong: Mapping[str, str], visible: frozenset[str]) -> Step:
    bad = sum(one.key in wrong and one.key in visible for one in row.fields)
    note = f"ещё {labels.plural(bad, 'поле', 'поля', 'полей')}" if bad else ""
    return Step(name=row.label, when="next" if bad else "done", note=note, href=f"#s-{row.key}")


class Region:
    """What the fields of a form need of the region. ``project`` None: a form that is only tried."""

    def __init__(self, work: Work, contest: Contest, project: Project | None = None) -> None:
        """Keep whose form it is; each list is read when a field asks for it."""
        self.work, self.contest, self.project = work, contest, project

    def options(self, one: AnyField) -> list[Option]:
        """Return the directions or the settlements that the contest takes, with the one that stands there now."""
        if one.of_project is ProjectPart.DIRECTION:
            ids = set(
                self.work.session.execute(
                    sa.select(col(ContestDirection.direction_id)).where(
                        col(ContestDirection.contest_id) == self.contest.id
                    )
                ).scalars()
            )
            kept = {*ids, self.project.direction_id} if self.project else ids
            return [option for option in direction_options(self.work) if not ids or int(option.value) in kept]
        if one.of_project is ProjectPart.SETTLEMENT:
            here = self.contest.municipality_id
            if here is None:
                return settlement_options(self.work)
            ids = set(
                self.work.session.execute(
                    sa.select(col(Settlement.id)).where(col(Settlement.municipality_id) == here)
                ).scalars()
            ) | ({self.project.settlement_id} if self.project else set())
            return [option for option in settlement_options(self.work) if int(option.value) in ids]
        return []

    def budget(self, one: AnyField) -> BudgetLimits | None:
        """Return what the contest and the field allow a budget."""
        if not isinstance(one, BudgetField):
            return None
        if not self.contest.moves_projects:
            return budget_limits(one)
        return budget_limits(
            one,
            purse=self.contest.purse.value,
            least=self.contest.min_cost,
            most=self.contest.max_cost,
            most_share=self.contest.max_share,
        )

    def places(self) -> list[PlacePoint]:
        """Return the settlements with known points, of the contest's municipality or of the region."""
        query = (
            sa.select(col(Settlement.name), col(Municipality.name), col(Settlement.lat), col(Settlement.lon))
            .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
            .where(col(Settlement.lat).is_not(None), col(Settlement.lon).is_not(None))
            .order_by(sa.func.replace(sa.func.lower(col(Settlement.name)), "ё", "е"), col(Settlement.id))
        )
        if self.contest.municipality_id is not None:
            query = query.where(col(Settlement.municipality_id) == self.contest.municipality_id)
        return [
            PlacePoint(place_of(name, municipality), lat, lon, *drawn_at(lat, lon))
            for name, municipality, lat, lon in self.work.session.execute(query)
        ]
