"""Building a contest: every change of a draft goes through ``change``, so that it is kept, told and can be undone.

Not a state: the steps of the constructor (``build_*.py``) call these. A change is the rows it touched
(``models/contest_edits.py``). Two officials may build at once: each field is saved over what its writer has seen, never
over what somebody else has written meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import col

from elka.core.lifecycle import ContestStage
from elka.core.record_ids import record_id
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, WrongStage
from elka.models import contest_edits
from elka.models.contest_edits import CannotUndo, ContestEdit, Place, Recorder, Row
from elka.models.contests import Contest

if TYPE_CHECKING:
    from collections.abc import Sequence

UNDONE, BACK = "Отменено: ", "Возвращено: "
_MOST_TRIES = 10


class Clashed(Refused):
    """Somebody else changed this very field meanwhile; nothing was saved."""

    def __init__(self, theirs: str, *, field: str) -> None:
        """``theirs``: what the database holds, as the field's control shows it."""
        super().__init__("Это поле только что изменил другой сотрудник.", field=field)
        self.theirs = theirs


@dataclass
class Change:
    """One change being made: the contest, its row locked, and how the history will call it."""

    contest: Contest
    text: str


def for_office(work: Work, contest_id: object, *, lock: bool = False) -> Contest:
    """Return the contest if the actor is an official of its place; a draft of another place does not exist for them."""
    work.person()
    contest = work.get(Contest, contest_id, lock=lock)
    if not contest.may_edit(work.actor):
        raise Denied("Этот конкурс ведёт другой организатор.")
    return contest


def for_building(work: Work, contest_id: object) -> Contest:
    """Return the draft, locked, if the actor may build it."""
    contest = for_office(work, contest_id, lock=True)
    if contest.stage is not ContestStage.DRAFT:
        raise WrongStage("Конкурс уже объявлен, его условия не меняют. Обновите страницу.")
    return contest


@contextmanager
def change(work: Work, contest_id: object, step: str, text: str) -> Iterator[Change]:
    """Make one step of a draft's history, kept by the end of the ``with`` block (``as made``).

    Rows are changed through the session, never by bulk statements. ``text`` may be made more exact by setting
    ``made.text``. Nothing is kept when nothing changed.
    """
    made = Change(for_building(work, contest_id), text)
    recorder = Recorder(work.session)
    recorder.begin()
    try:
        yield made
        changes = recorder.end()
    finally:
        recorder.stop()
    if changes:
        _keep(work, made.contest, step, made.text, changes)


def require_seen(field: str, there: str, fresh: str, seen: object) -> bool:
    """Whether there is something to write; raise ``Clashed`` when somebody else has written something else meanwhile.

    ``there``: what the database holds, ``fresh``: what is to be written, ``seen``: what the writer's screen held, all
    as the control shows them. ``seen`` None: the writer knows what is there and overwrites it. A writer who changed
    nothing overwrites nothing.
    """
    if fresh == there:
        return False
    if seen is None or seen == there:
        return True
    if seen == fresh:
        return False
    raise Clashed(there, field=field)


def undo(work: Work, contest_id: object, edit_id: object) -> ContestEdit:
    """Take back one change, which may itself be the taking back of another; return the entry that tells of it."""
    contest = for_building(work, contest_id)
    edit = _edit(work, contest, edit_id)
    if work.session.execute(sa.select(col(ContestEdit.id)).where(col(ContestEdit.undoes) == edit.id)).first():
        raise CannotUndo("Это изменение уже отменили.")
    recorder = Recorder(work.session)
    recorder.begin()
    try:
        contest_edits.undo(work.session, edit.changes)
        changes = recorder.end()
    finally:
        recorder.stop()
    text = plain(edit.text)
    back = f"{BACK}{text}" if edit.undoes and edit.text.startswith(UNDONE) else f"{UNDONE}{text}"
    return _keep(work, contest, edit.step, back, changes, undoes=edit.id)


def plain(text: str) -> str:
    """Return what an entry is about, without saying that it was taken back."""
    return text.removeprefix(UNDONE).removeprefix(BACK)


@dataclass(frozen=True)
class Deed:
    """One change and what came of it: the last of the entries that took it back and brought it back."""

    edit: ContestEdit
    last: ContestEdit
    holds: bool  # it is in force now


def deeds(work: Work, contest_id: int, *, most: int = 200, light: bool = False) -> list[Deed]:
    """Return the newest changes of a contest, newest first, each with what came of it.

    ``light``: what they changed is read only when it is asked for.
    """
    query = (
        sa.select(ContestEdit)
        .where(col(ContestEdit.contest_id) == contest_id)
        .order_by(col(ContestEdit.id).desc())
        .limit(most)
    )
    if light:
        query = query.options(defer(col(ContestEdit.changes)))
    found = list(work.session.execute(query).scalars())
    after = {edit.undoes: edit for edit in found if edit.undoes is not None}
    rows = []
    for edit in found:
        if edit.undoes is None:
            last, holds = edit, True
            while last.id in after:
                last, holds = after[last.id], not holds
            rows.append(Deed(edit, last, holds))
    return rows


def first_standing(listed: Iterable[Deed], rows: Mapping[Place, Row]) -> Deed | None:
    """Return the first that nobody has built upon since. ``rows``: the contest as it is now."""
    return next((deed for deed in list(listed)[:_MOST_TRIES] if contest_edits.stand(deed.last.changes, rows)), None)


def to_undo(work: Work, listed: Iterable[Deed]) -> list[Deed]:
    """Return the actor's own changes that are in force, newest first: what «Отменить» would take back."""
    return [deed for deed in listed if deed.holds and deed.edit.actor_id == work.actor.person_id]


def to_redo(work: Work, listed: Sequence[Deed]) -> list[Deed]:
    """Return what the actor has taken back since their last change, the last taken back first: what «Вернуть» means."""
    mine = [deed for deed in listed if deed.edit.actor_id == work.actor.person_id]
    newest = max((deed.edit.id or 0 for deed in mine), default=0)
    taken = [
        deed
        for deed in mine
        if not deed.holds and deed.last.actor_id == work.actor.person_id and (deed.last.id or 0) > newest
    ]
    return sorted(taken, key=lambda deed: deed.last.id or 0, reverse=True)


def _edit(work: Work, contest: Contest, edit_id: object) -> ContestEdit:
    edit = work.session.get(ContestEdit, record_id(edit_id))
    if edit is None or edit.contest_id != contest.id:
        raise NotFound
    return edit


def _keep(
    work: Work, contest: Contest, step: str, text: str, changes: Sequence[object], *, undoes: int | None = None
) -> ContestEdit:
    contest.version += 1
    edit = ContestEdit(
        contest_id=contest.id or 0,
        at=work.now,
        actor_id=work.person(),
        step=step,
        text=text,
        changes=list(changes),
        undoes=undoes,
    )
    work.session.add(edit)
    work.session.flush()
    return edit
