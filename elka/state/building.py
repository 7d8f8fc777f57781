"""Building a contest: every change of a draft goes through ``change``, so that it is kept, told and can be undone.

Not a state: the steps of the constructor (``build_*.py``) call these. A change is the rows it touched
(``models/contest_edits.py``). Two officials may build at once: each field is saved over what its writer has seen, never
over what somebody else has written meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from elka.core.lifecycle import ContestStage
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, WrongStage
from elka.models import contest_edits
from elka.models.contest_edits import CannotUndo, ContestEdit
from elka.models.contests import Contest

if TYPE_CHECKING:
    from collections.abc import Sequence


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

    Rows are changed through the session (no bulk statements), with autoflush off, so that what was there before is
    still known at the end. ``text`` may be made more exact by setting ``made.text``. Nothing is kept when nothing changed.
    """
    made = Change(for_building(work, contest_id), text)
    with work.session.no_autoflush:
        yield made
        changes = contest_edits.captured(work.session)
    if changes:
        _keep(work, made.contest, step, made.text, changes)


def require_seen(field: str, there: str, fresh: str, seen: object) -> None:
    """Raise ``Clashed`` when the field holds neither what its writer saw nor what they now write.

    ``seen`` None: the writer knows what is there and overwrites it.
    """
    if seen is not None and seen not in {there, fresh} and there != fresh:
        raise Clashed(there, field=field)


def undo(work: Work, contest_id: object, edit_id: object) -> ContestEdit:
    """Take back one change, which may itself be the taking back of another; return the entry that tells of it."""
    contest = for_building(work, contest_id)
    edit = _edit(work, contest, edit_id)
    if work.session.execute(sa.select(ContestEdit.id).where(col(ContestEdit.undoes) == edit.id)).first():
        raise CannotUndo("Это изменение уже отменили.")
    with work.session.no_autoflush:
        contest_edits.undo(work.session, edit.changes)
        changes = contest_edits.captured(work.session)
    text = f"Возвращено: {edit.text}" if edit.undoes else f"Отменено: {edit.text}"
    return _keep(work, contest, edit.step, text, changes, undoes=edit.id)


def undoable(work: Work, contest_id: int) -> ContestEdit | None:
    """Return the actor's own newest change that can still be taken back: what the button «Отменить» means."""
    later = aliased(ContestEdit)
    found: ContestEdit | None = work.session.execute(
        sa.select(ContestEdit)
        .where(
            col(ContestEdit.contest_id) == contest_id,
            col(ContestEdit.actor_id) == work.actor.person_id,
            col(ContestEdit.undoes).is_(None),
            ~sa.exists().where(col(later.undoes) == col(ContestEdit.id)),
        )
        .order_by(col(ContestEdit.id).desc())
        .limit(1)
    ).scalar_one_or_none()
    return found


def _edit(work: Work, contest: Contest, edit_id: object) -> ContestEdit:
    if not isinstance(edit_id, int) or isinstance(edit_id, bool) or not 0 < edit_id < 2**63:
        raise NotFound
    edit = work.session.get(ContestEdit, edit_id)
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
