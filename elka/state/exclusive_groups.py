"""Groups of projects that exclude each other: made, changed, dissolved by officials, left by refused applications.

Not a state. Whoever changes a group holds the contest's row, so voting does not open meanwhile (``models/exclusive.py``).
Applicants are told when their project is put into a group or out of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from elka.core.actor import Role
from elka.core.texts import one_line
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, WrongStage
from elka.models.applications import Application, ApplicationStatus
from elka.models.contests import Contest
from elka.models.exclusive import (
    GROUND_MAX,
    GROUND_MIN,
    GROUPS_MAX,
    LEAST,
    MOST,
    ExclusiveGroup,
    ExclusiveMember,
    SeenApart,
    require_marking,
)
from elka.models.projects import Project
from elka.state.application_words import tell_each
from elka.state.assignments import groups_of
from elka.state.building import for_office
from elka.ui import labels

A = ApplicationStatus
MARKABLE = (A.SUBMITTED, A.RETURNED, A.ADMITTED)  # those that may still win
_TYPED_MAX = 400
_BETWEEN = re.compile(r"[\s,;№]+")
_BIG = 2**63


def mark(work: Work, contest_id: object, form: object) -> int:
    """Make a group of the applications whose numbers were typed; return its id."""
    contest = _held(work, contest_id)
    found, ground = _read(work, contest, form)
    made = sa.select(sa.func.count()).select_from(ExclusiveGroup).where(col(ExclusiveGroup.contest_id) == contest.id)
    if work.session.execute(made).scalar_one() >= GROUPS_MAX:
        raise Refused(f"Групп не больше {GROUPS_MAX}.")
    _require_new(work, contest, found, 0)
    row = ExclusiveGroup(
        contest_id=contest.id or 0, ground=ground, made_by=work.person(), made_at=work.now, changed_at=work.now
    )
    work.session.add(row)
    work.session.flush()
    _put(work, row, found)
    _record(work, "exclusive_marked", row, found)
    _tell_in(work, contest, row, list(found.values()), found)
    return row.id or 0


def change(work: Work, group_id: object, form: object) -> None:
    """Change the applications of a group, or its ground."""
    contest, row = _group(work, group_id)
    found, ground = _read(work, contest, form)
    _require_new(work, contest, found, row.id or 0)
    before = _members(work, row.id or 0)
    come = [key for key in found if key not in before]
    gone = {key: one for key, one in before.items() if key not in found}
    if not come and not gone and ground == row.ground:
        return
    _require_foreign(work, gone)
    row.ground, row.changed_at = ground, work.now
    _take(work, row, gone)
    _put(work, row, come)
    _record(work, "exclusive_changed", row, found)
    if come or gone:
        _tell_in(work, contest, row, list(found.values()), found)
        _tell_out(work, contest, gone.values())


def dissolve(work: Work, group_id: object) -> None:
    """Take a group apart: its projects do not exclude each other any more."""
    contest, row = _group(work, group_id)
    members = _members(work, row.id or 0)
    _require_foreign(work, members)
    _dissolve(work, contest, row, members)


def see_apart(work: Work, contest_id: object, ids: object) -> None:
    """Note that projects that look alike do not exclude each other: they are not suggested together any more."""
    contest = _held(work, contest_id)
    listed = ids if isinstance(ids, list) else []
    asked = {key for key in listed[: MOST + 1] if type(key) is int and 0 < key < _BIG}
    found = sorted(_applications(work, contest, col(Application.id).in_(asked)))
    if not LEAST <= len(found) <= MOST:
        raise NotFound("Этих заявок больше нет среди тех, что могут победить. Обновите страницу.")
    rows = [
        {"first_id": one, "second_id": two, "contest_id": contest.id, "seen_by": work.person(), "seen_at": work.now}
        for one, two in combinations(found, 2)
    ]
    work.session.execute(insert(SeenApart).values(rows).on_conflict_do_nothing())
    work.record("contest.exclusive_apart", "contest", contest.id, applications=found)


def leave(work: Work, contest: Contest, application_ids: Collection[int]) -> None:
    """Take refused and withdrawn applications out of their groups; a group of which one is left is dissolved.

    The contest's row is held. After voting has opened groups stand as they are, and only what is on the ballot counts.
    """
    if not application_ids or not contest.is_admitting():
        return
    rows = work.session.execute(
        sa.select(ExclusiveGroup)
        .where(
            col(ExclusiveGroup.id).in_(
                sa.select(col(ExclusiveMember.group_id)).where(
                    col(ExclusiveMember.application_id).in_(list(application_ids))
                )
            )
        )
        .order_by(col(ExclusiveGroup.id))
    ).scalars()
    for row in list(rows):
        members = _members(work, row.id or 0)
        rest = {key: one for key, one in members.items() if key not in application_ids}
        if len(rest) < LEAST:
            _dissolve(work, contest, row, members, tell=rest)
            continue
        _take(work, row, [key for key in members if key in application_ids])
        row.changed_at = work.now
        _record(work, "exclusive_changed", row, rest)


def _held(work: Work, contest_id: object) -> Contest:
    """Return the contest, its row locked, if the actor may mark groups in it now."""
    contest = for_office(work, contest_id, lock=True)
    require_marking(contest)
    return contest


def _group(work: Work, group_id: object) -> tuple[Contest, ExclusiveGroup]:
    """Return a group with its contest, both held, if the actor may change it now."""
    work.person()
    if type(group_id) is not int or not 0 < group_id < _BIG:
        raise NotFound
    known = work.session.get(ExclusiveGroup, group_id)
    if known is None:
        raise NotFound("Этой группы уже нет. Обновите страницу.")
    contest = _held(work, known.contest_id)
    row = work.session.get(ExclusiveGroup, group_id, populate_existing=True, with_for_update=True)
    if row is None:
        raise NotFound("Этой группы уже нет. Обновите страницу.")
    return contest, row


def _read(work: Work, contest: Contest, form: object) -> tuple[dict[int, Application], str]:
    """Read numbers and ground; return the applications by id. Raises Invalid with a message at each field."""
    typed: Mapping[str, Any] = form if isinstance(form, dict) else {}
    wrong: dict[str, str] = {}
    ground = one_line(typed["ground"]) if isinstance(typed.get("ground"), str) else ""
    if not GROUND_MIN <= len(ground) <= GROUND_MAX:
        wrong["ground"] = f"Объясните, почему победит только один: от {GROUND_MIN} до {GROUND_MAX} знаков. Увидят все."
    text = typed["numbers"] if isinstance(typed.get("numbers"), str) else ""
    named = list(dict.fromkeys(filter(None, _BETWEEN.split(text[:_TYPED_MAX]))))
    found: dict[int, Application] = {}
    if any(not (one.isascii() and one.isdigit() and len(one) < 10) for one in named):  # noqa: PLR2004  an integer
        wrong["numbers"] = "Впишите номера заявок через запятую: 12, 45."
    elif not LEAST <= len(named) <= MOST:
        wrong["numbers"] = f"В группе от {LEAST} до {MOST} заявок. Впишите их номера через запятую."
    else:
        found = _applications(work, contest, col(Application.number).in_(list(map(int, named))))
        missing = sorted({int(one) for one in named} - {one.number or 0 for one in found.values()})
        if missing:
            listed = ", ".join(f"№{labels.NBSP}{one}" for one in missing)
            wrong["numbers"] = f"Среди заявок, которые могут победить в этом конкурсе, нет {listed}."
    if wrong:
        raise Invalid(wrong)
    _require_foreign(work, found)
    return found, ground


def _applications(work: Work, contest: Contest, wanted: sa.ColumnElement[bool]) -> dict[int, Application]:
    rows = work.session.execute(
        sa.select(Application)
        .where(col(Application.contest_id) == contest.id, col(Application.status).in_(MARKABLE), wanted)
        .order_by(col(Application.number))
    ).scalars()
    return {one.id or 0: one for one in rows}


def _members(work: Work, group_id: int) -> dict[int, Application]:
    rows = work.session.execute(
        sa.select(Application)
        .join(ExclusiveMember, col(ExclusiveMember.application_id) == col(Application.id))
        .where(col(ExclusiveMember.group_id) == group_id)
        .order_by(col(Application.number))
    ).scalars()
    return {one.id or 0: one for one in rows}


def _require_foreign(work: Work, found: Mapping[int, Application]) -> None:
    """Raise when one of the applications is the official's own: nobody takes rivals off themselves, or puts them on."""
    me, places = work.person(), work.actor.places_of(Role.OFFICIAL)[1]
    behind = groups_of(work, found, [me])
    if any(me in behind.get(key, ()) or one.municipality_id in places for key, one in found.items()):
        raise Denied("Среди этих проектов есть ваш: группу отмечает другой сотрудник.")


def _require_new(work: Work, contest: Contest, found: Collection[int], group_id: int) -> None:
    """Raise when another group has the very same applications."""
    same = (
        sa.select(col(ExclusiveMember.group_id))
        .where(col(ExclusiveMember.contest_id) == contest.id, col(ExclusiveMember.group_id) != group_id)
        .group_by(col(ExclusiveMember.group_id))
        .having(
            sa.func.count() == len(found),
            sa.func.count().filter(col(ExclusiveMember.application_id).in_(list(found))) == len(found),
        )
    )
    if work.session.execute(same).first():
        raise WrongStage("Такая группа уже есть.")


def _put(work: Work, row: ExclusiveGroup, ids: Iterable[int]) -> None:
    work.session.add_all(
        ExclusiveMember(group_id=row.id or 0, application_id=key, contest_id=row.contest_id) for key in ids
    )
    work.session.flush()


def _take(work: Work, row: ExclusiveGroup, ids: Iterable[int]) -> None:
    work.session.execute(
        sa.delete(ExclusiveMember).where(
            col(ExclusiveMember.group_id) == row.id, col(ExclusiveMember.application_id).in_(list(ids))
        )
    )


def _dissolve(
    work: Work,
    contest: Contest,
    row: ExclusiveGroup,
    members: Mapping[int, Application],
    *,
    tell: Mapping[int, Application] | None = None,
) -> None:
    _record(work, "exclusive_dissolved", row, members)
    _take(work, row, members)
    work.session.delete(row)
    work.session.flush()
    _tell_out(work, contest, (members if tell is None else tell).values())


def _record(work: Work, deed: str, row: ExclusiveGroup, members: Mapping[int, Application]) -> None:
    work.record(
        f"contest.{deed}",
        "contest",
        row.contest_id,
        group=row.id,
        numbers=sorted(one.number or 0 for one in members.values()),
        ground=row.ground,
    )


def _tell_in(
    work: Work, contest: Contest, row: ExclusiveGroup, told: Collection[Application], members: Mapping[int, Application]
) -> None:
    titles = _titles(work, members.values())
    facts = [
        {
            "ground": row.ground,
            "others": labels.listing(
                f"«{labels.inner(titles[other.id])}» (№{labels.NBSP}{other.number})"
                for other in members.values()
                if other.id != one.id
            ),
        }
        for one in told
    ]
    tell_each(work, contest, "exclusive", [(one, titles[one.id], fact) for one, fact in zip(told, facts, strict=True)])


def _tell_out(work: Work, contest: Contest, told: Iterable[Application]) -> None:
    """Tell the applicants that their projects are not in a group any more."""
    listed = list(told)
    titles = _titles(work, listed)
    tell_each(work, contest, "not_exclusive", [(one, titles[one.id], {}) for one in listed])


def _titles(work: Work, applications: Iterable[Application]) -> dict[int | None, str]:
    ids = [one.id for one in applications]
    rows = work.session.execute(
        sa.select(col(Application.id), col(Project.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Application.id).in_(ids))
    )
    return {row[0]: row[1] for row in rows}
