"""Paper ballots as the officials of a contest see them: the batches, and what one of them says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlmodel import col

from elka.core.lifecycle import ContestStage
from elka.core.paper import PaperKind, Printed
from elka.db import Work
from elka.models.applications import ON_BALLOT, Application
from elka.models.contest_parts import categories_of
from elka.models.contests import Contest, VoteKind, phases_of
from elka.models.judging import has_vote
from elka.models.paper import COUNTED, ENTERING, PaperBatch, PaperStatus
from elka.models.people import Person
from elka.models.projects import Project
from elka.models.publications import marked_of
from elka.models.result_corrections import corrections_of, may_correct
from elka.state.contest_words import headed
from elka.ui import labels
from elka.ui.rows import Option

BALLOTS = ("бюллетень", "бюллетеня", "бюллетеней")
_S, _P = ContestStage, PaperStatus
_STATUSES = {
    _P.DRAFT: ("Вносится", "grey"),
    _P.SENT: ("Ждёт второго человека", "amber"),
    _P.READY: ("Сверена, ждёт исправления итогов", "amber"),
    _P.CONFIRMED: ("В подсчёте", "green"),
    _P.LEAVING: ("Просят исключить", "amber"),
    _P.WITHDRAWN: ("Исключена", "red"),
}


@dataclass(frozen=True)
class PaperHead:
    """The page's head. ``is_open``: batches may be entered and decided on now; ``note`` tells why not."""

    id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    note: str = ""
    is_open: bool = False
    may_correct: bool = False
    counted: str = ""
    waiting: str = ""
    line: str = ""
    example: str = ""
    takes_totals: bool = False


@dataclass(frozen=True)
class SumRow:
    """What a project got in a batch."""

    number: str
    title: str
    votes: str


@dataclass(frozen=True)
class BatchRow:
    """A batch. ``may_*``: what the actor may do with it now; ``is_ready``: it waits for a correction of the results."""

    id: int
    place: str
    kind: str
    status: str
    tone: str
    ballots: str
    spoiled: str
    entered: str
    decided: str
    note: str
    sha256: str
    may_write: bool
    may_take_back: bool
    may_decide: bool
    may_ask_out: bool
    may_settle: bool
    is_ready: bool
    may_replace: bool = False
    may_give_back: bool = False


@dataclass(frozen=True)
class BatchOpened:
    """One batch, opened: what was typed, and the sums by project. Zeros of its figures are not shown while it is new."""

    id: int = 0
    place: str = ""
    kind: str = ""
    is_totals: bool = False
    text: str = ""
    ballots: str = ""
    spoiled: str = ""
    may_write: bool = False
    version: int = 0
    instead: str = ""
    sums: list[SumRow] | None = None


def paper_trouble(work: Work, contest: Contest, row: PaperBatch | None = None) -> str:
    """Return why paper ballots are not entered or decided on now; empty when they are.

    ``row``: a batch there is; one that is to replace a counted one is entered after the publication.
    """
    if not contest.paper or not has_vote(phases_of(work.session, contest.id or 0)):
        return "В этом конкурсе голосуют только на сайте: бумажные бюллетени не объявлены в его условиях."
    if row is not None and _is_replacing(contest, row):
        return ""
    if contest.published_at is not None:
        return (
            "Итоги опубликованы, пачки в подсчёте больше не меняются. Ошибку исправляют новой версией итогов: пачку "
            "исключают или вносят вместо неё верную."
        )
    if contest.stage not in (_S.VOTING, _S.EXPERT, _S.DECISION):
        return "Бумажные бюллетени вносят, когда голосование открыто, и до публикации итогов."
    return ""


def _is_replacing(contest: Contest, row: PaperBatch) -> bool:
    """Whether a batch is being entered in place of a counted one."""
    return row.replaces is not None and row.status in ENTERING and may_correct(contest)


def printed_of(work: Work, contest: Contest) -> Printed:
    """Return what stands on the printed ballot of a contest."""
    found = work.session.execute(
        sa.select(
            col(Application.number), col(Application.id), col(Application.amount), col(Application.category_id)
        ).where(col(Application.contest_id) == contest.id, col(Application.status).in_(ON_BALLOT))
    ).all()
    return Printed(
        numbers={row[0]: row[1] for row in found if row[0] is not None},
        costs={row[1]: row[2] for row in found},
        marked=marked_of(contest, categories_of(work.session, contest.id or 0)),
        categories={row[1]: row[3] for row in found},
    )


def takes_totals(contest: Contest) -> bool:
    """Whether sums by project are enough for the count: where only the votes of each are asked."""
    return not contest.count_rule.is_shares and not contest.vote_kind.gives_points


def head_of(work: Work, contest: Contest, batches: Sequence[PaperBatch]) -> PaperHead:
    """Return the page's head."""
    note = paper_trouble(work, contest)
    counted = [row for row in batches if row.status in COUNTED]
    waiting = sum(row.status in (_P.SENT, _P.LEAVING) for row in batches)
    ballots = labels.plural(sum(row.ballots for row in counted), *BALLOTS)
    line, example = _line(contest)
    return PaperHead(
        **headed(contest),
        note=labels.typographer(note),
        is_open=not note,
        may_correct=bool(counted) and may_correct(contest),
        counted=f"{ballots} в подсчёте" if counted else "",
        waiting=labels.plural(waiting, "пачка ждёт", "пачки ждут", "пачек ждут") + " второго человека"
        if waiting
        else "",
        line=labels.typographer(line),
        example=example,
        takes_totals=takes_totals(contest),
    )


def asked_for(work: Work, contest: Contest) -> set[int]:
    """Return the batches that a correction of the results, waiting for its signature, takes out or puts in."""
    waiting = [row for row in corrections_of(work.session, contest.id or 0) if row.waits]
    return {key for row in waiting for key in (*row.batches, *row.entered)}


def batch_rows(work: Work, contest: Contest, batches: Sequence[PaperBatch], *, is_open: bool) -> list[BatchRow]:
    """Return the batches with what the actor may do with each."""
    people = {
        one for row in batches for one in (row.entered_by, row.decided_by, row.leaving_by, row.withdrawn_by) if one
    }
    names = {
        row.id: row.full_name
        for row in work.session.execute(sa.select(Person).where(col(Person.id).in_(people))).scalars()
    }
    me = work.actor.person_id
    instead = {row.replaces for row in batches if row.status not in ENTERING}
    found = [_batch_row(row, names, me, is_open=is_open or _is_replacing(contest, row)) for row in batches]
    if not may_correct(contest):
        return found
    asked = asked_for(work, contest)
    begun = {row.replaces for row in batches if row.status is not _P.WITHDRAWN}
    return [
        replace(
            shown,
            status="Заменена" if row.id in instead else shown.status,
            may_replace=row.status is _P.CONFIRMED and row.id not in asked | begun,
            may_give_back=row.status is _P.READY and row.entered_by != me and row.id not in asked,
        )
        for shown, row in zip(found, batches, strict=True)
    ]


def _batch_row(row: PaperBatch, names: Mapping[int | None, str], me: int | None, *, is_open: bool) -> BatchRow:
    status, tone = _STATUSES[row.status]
    mine = row.entered_by == me
    decided = ""
    if row.decided_at is not None:
        decided = f"Сверено: {names.get(row.decided_by, '')}, {labels.date_time(row.decided_at)}"
    note = row.note if row.status is _P.DRAFT else ""
    if row.status is _P.LEAVING:
        note = f"{names.get(row.leaving_by, '')} просит исключить: {row.leaving_why}"
    elif row.status is _P.WITHDRAWN:
        note = f"Исключили {names.get(row.leaving_by, '')} и {names.get(row.withdrawn_by, '')}: {row.leaving_why}"
    return BatchRow(
        id=row.id or 0,
        place=labels.typographer(row.place),
        kind="Суммы по проектам" if row.kind is PaperKind.TOTALS else "Бюллетени по одному",
        status=status,
        tone=tone,
        ballots=labels.plural(row.ballots, *BALLOTS) if row.ballots else "",
        spoiled=f"недействительных {labels.number(row.spoiled)}" if row.spoiled else "",
        entered=f"Внесено: {names.get(row.entered_by, '')}, {labels.date_time(row.entered_at)}",
        decided=decided,
        note=labels.typographer(note),
        sha256=row.sha256 or "",
        may_write=is_open and row.status is _P.DRAFT,
        may_take_back=is_open and row.status is _P.SENT and mine,
        may_decide=is_open and row.status is _P.SENT and not mine,
        may_ask_out=is_open and row.status is _P.CONFIRMED,
        may_settle=is_open and row.status is _P.LEAVING and row.leaving_by != me,
        is_ready=row.status is _P.READY,
    )


def opened(work: Work, contest: Contest, row: PaperBatch, *, is_open: bool) -> BatchOpened:
    """Return one batch with the sums by project, once it was read."""
    return BatchOpened(
        id=row.id or 0,
        place=labels.typographer(row.place),
        kind=row.kind.value,
        is_totals=row.kind is PaperKind.TOTALS,
        text=row.text,
        ballots=str(row.ballots or ""),
        spoiled=str(row.spoiled or ""),
        may_write=row.status is _P.DRAFT and (is_open or _is_replacing(contest, row)),
        version=row.version,
        instead=_instead(work, row),
        sums=_sums(work, contest, row),
    )


def _instead(work: Work, row: PaperBatch) -> str:
    """Say in place of what a batch is entered, or was counted."""
    if row.replaces is None:
        return ""
    former = work.session.get_one(PaperBatch, row.replaces)
    was = f"Взамен прежней пачки этого места: {labels.plural(former.ballots, *BALLOTS)}"
    return was if row.status in COUNTED else f"{was}. В подсчёт войдёт с исправлением итогов, которое подпишут двое"


def _sums(work: Work, contest: Contest, row: PaperBatch) -> list[SumRow]:
    votes = row.batch.votes()
    if not votes:
        return []
    found = work.session.execute(
        sa.select(col(Application.id), col(Application.number), col(Project.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Application.contest_id) == contest.id, col(Application.id).in_(votes))
        .order_by(col(Application.number))
    )
    return [SumRow(str(one[1]), labels.typographer(one[2]), labels.number(votes[one[0]])) for one in found]


def _line(contest: Contest) -> tuple[str, str]:
    """Say how one ballot is typed, with an example."""
    if contest.vote_kind is VoteKind.RANKED:
        return "Строка — один бюллетень: номера заявок от первого места к последнему, через пробел.", "12 45 7"
    if contest.vote_kind is VoteKind.POINTS:
        return "Строка — один бюллетень: номер заявки, двоеточие и баллы, через пробел.", "12:5 45:3 7:2"
    return "Строка — один бюллетень: номера отмеченных заявок через пробел.", "12 45 7"


def kinds_of(contest: Contest) -> list[Option]:
    """Return in which ways a batch may be entered."""
    found = [Option(PaperKind.BALLOTS.value, "Бюллетени по одному", "Строка за строкой, как в пачке")]
    if takes_totals(contest):
        found.append(Option(PaperKind.TOTALS.value, "Суммы по проектам", "Из протокола: сколько голосов у каждого"))
    return found
