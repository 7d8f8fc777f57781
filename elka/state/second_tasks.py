"""What a colleague proposed and a second person decides: corrections of results, annulments, batches of paper ballots."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.annulments import OPEN, Annulment
from elka.models.contests import Contest
from elka.models.paper import PaperBatch, PaperStatus
from elka.models.result_corrections import CorrectionStatus, ResultCorrection
from elka.ui import labels

Waiting = tuple[datetime, str, str, str]
"""Since when, what waits, the contest's title, where it is decided."""


def waiting_for(work: Work, own: sa.ColumnElement[bool]) -> list[Waiting]:
    """Return what waits for the actor as a second person in the contests of ``own``, in three queries."""
    return [*_corrections(work, own), *_annulments(work, own), *_batches(work, own)]


def _corrections(work: Work, own: sa.ColumnElement[bool]) -> list[Waiting]:
    rows = work.session.execute(
        sa.select(col(ResultCorrection.proposed_at), col(Contest.id), col(Contest.title))
        .join(Contest, col(Contest.id) == col(ResultCorrection.contest_id))
        .where(
            own,
            col(ResultCorrection.status) == CorrectionStatus.PROPOSED,
            col(ResultCorrection.proposed_by) != work.person(),
        )
        .order_by(col(ResultCorrection.id))
    )
    told = "Исправление итогов ждёт второй подписи"
    return [(since, told, title, f"/office/contests/{key}/correction") for since, key, title in rows]


def _annulments(work: Work, own: sa.ColumnElement[bool]) -> list[Waiting]:
    rows = work.session.execute(
        sa.select(sa.func.min(col(Annulment.proposed_at)), sa.func.count(), col(Contest.id), col(Contest.title))
        .join(Contest, col(Contest.id) == col(Annulment.contest_id))
        .where(
            own,
            col(Contest.stage).in_(OPEN),
            col(Annulment.decided_at).is_(None),
            col(Annulment.proposed_by) != work.person(),
        )
        .group_by(col(Contest.id))
        .order_by(col(Contest.id))
    )
    return [
        (
            since,
            labels.plural(count, *("решение о голосах ждёт", "решения о голосах ждут", "решений о голосах ждут"))
            + " второго человека",
            title,
            f"/office/contests/{key}/votes",
        )
        for since, count, key, title in rows
    ]


def _batches(work: Work, own: sa.ColumnElement[bool]) -> list[Waiting]:
    me = work.person()
    rows = work.session.execute(
        sa.select(sa.func.min(col(PaperBatch.entered_at)), sa.func.count(), col(Contest.id), col(Contest.title))
        .join(Contest, col(Contest.id) == col(PaperBatch.contest_id))
        .where(
            own,
            sa.or_(
                sa.and_(col(PaperBatch.status) == PaperStatus.SENT, col(PaperBatch.entered_by) != me),
                sa.and_(col(PaperBatch.status) == PaperStatus.LEAVING, col(PaperBatch.leaving_by) != me),
            ),
        )
        .group_by(col(Contest.id))
        .order_by(col(Contest.id))
    )
    noun = ("пачка бумажных бюллетеней ждёт", "пачки бумажных бюллетеней ждут", "пачек бумажных бюллетеней ждут")
    return [
        (since, f"{labels.plural(count, *noun)} второго человека", title, f"/office/contests/{key}/paper")
        for since, count, key, title in rows
    ]
