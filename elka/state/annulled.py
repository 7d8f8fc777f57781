"""A voter's own annulled ballot: on what ground, how to object, what was answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.errors import NotFound
from elka.models.annulments import Annulment, AnnulmentBallot, Objection, may_annul
from elka.models.contests import Contest
from elka.state import annulments
from elka.state.base import Events, Flow, listed
from elka.ui import labels


@dataclass(frozen=True)
class AnnulledRow:
    """One's own ballot that was annulled. ``lifted``: it counts again."""

    contest: int = 0
    title: str = ""
    receipt: str = ""
    ground: str = ""
    words: str = ""
    when: str = ""
    lifted: str = ""
    may_object: bool = False
    objection: str = ""
    objected: str = ""
    answer: str = ""


class AnnulledState(Flow, rx.State):
    """The page ``/me/ballots/[contest_id]``."""

    row: AnnulledRow = AnnulledRow()

    @rx.event
    async def load(self) -> AsyncIterator[Any]:
        """Show one's own ballot of the contest in the address."""
        asked = self._part(2)
        if asked != str(self.row.contest):
            self.row, self.status, self.errors = AnnulledRow(), "loading", {}
            yield
        yield await self._load(self._own, asked, into=self._show)

    @rx.event
    async def object_to(self, form: dict[str, Any]) -> Events:
        """Send an objection."""
        return await self._run(
            annulments.object_to, self.row.contest, form, done="Возражение отправлено", then=self._again
        )

    @staticmethod
    def _own(work: Work, contest_id: object) -> AnnulledRow:
        work.person()
        contest = work.get(Contest, contest_id)
        ballot = annulments.own_ballot(work, contest)
        if ballot is None:
            raise NotFound
        row = work.session.execute(
            sa.select(Annulment)
            .join(AnnulmentBallot, col(AnnulmentBallot.annulment_id) == col(Annulment.id))
            .where(
                col(AnnulmentBallot.ballot_id) == ballot.id,
                col(Annulment.lifts).is_(None),
                col(Annulment.confirmed).is_(True),
            )
            .order_by(col(Annulment.id).desc())
            .limit(1)
        ).scalar_one_or_none()
        if row is None or row.decided_at is None:
            raise NotFound
        said = work.session.execute(
            sa.select(Objection).where(col(Objection.annulment_id) == row.id, col(Objection.ballot_id) == ballot.id)
        ).scalar_one_or_none()
        annulled = ballot.annulled_by == row.id
        return AnnulledRow(
            contest=contest.id or 0,
            title=labels.typographer(contest.title),
            receipt=ballot.receipt,
            ground=row.ground_text,
            words=labels.typographer(row.words),
            when=labels.date_time(row.decided_at),
            lifted="" if annulled else "Аннулирование снято, ваш бюллетень снова в подсчёте.",
            may_object=annulled and said is None and may_annul(contest),
            objection=labels.typographer(said.text) if said else "",
            objected=labels.date_time(said.made_at) if said else "",
            answer=labels.typographer(said.answer) if said else "",
        )

    async def _again(self, _: object) -> list[Any]:
        return listed(await self._load(self._own, self.row.contest, into=self._show))

    def _show(self, row: AnnulledRow) -> None:
        self.row = row
