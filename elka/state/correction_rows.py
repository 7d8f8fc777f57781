"""Corrections of results as officials see them: what waits, what it would change, what was decided. Not a state."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Allot, Contest
from elka.models.paper import PaperBatch, PaperStatus, ready_batches
from elka.models.projects import Project
from elka.models.result_corrections import (
    GROUNDS,
    CorrectionGround,
    CorrectionStatus,
    ResultCorrection,
    corrections_of,
    may_correct,
)
from elka.models.result_versions import FileKind, ResultVersion, lacking, version_in_force
from elka.models.results import Outcome
from elka.models.votes import Ballot
from elka.state.contest_words import STAGES
from elka.state.paper_rows import BALLOTS
from elka.state.result_foresight import Ask, Foreseen, Turn, foresee
from elka.state.result_versions import names_of
from elka.ui import labels
from elka.ui.rows import Option

G, C = CorrectionGround, CorrectionStatus
SHOWN = 8  # projects offered at once
_NOTES: dict[CorrectionGround, str] = {
    G.RENOUNCED: "Снимается с итогов, побеждает следующий",
    G.INELIGIBLE: "Снимается с итогов, побеждает следующий",
    G.SITE: "Снимается с итогов, побеждает следующий",
    G.RETURNED: "Проект, снятый прежней версией, снова участвует в подсчёте",
    G.BALLOTS: "Бюллетени аннулируются, итоги считаются без них",
    G.PAPER: "Пачка исключается, итоги считаются без неё",
    G.REPLACED: "Прежняя пачка исключается, верная встаёт на её место, итоги считаются заново",
    G.NOTE: "Новая версия с пояснением, победители не меняются",
}
_STATUSES = {
    C.PROPOSED: ("Ждёт подписи", "amber"),
    C.SIGNED: ("Подписано", "green"),
    C.DECLINED: ("Отклонено", "grey"),
    C.TAKEN_BACK: ("Отозвано", "grey"),
    C.STALE: ("Устарело", "grey"),
}


@dataclass(frozen=True)
class ChangeLine:
    """What becomes of a project."""

    what: str
    tone: str
    title: str
    href: str
    amount: str


@dataclass(frozen=True)
class Change:
    """What a correction changes. ``boxes``: batches of paper that leave, and what is counted instead of them.

    ``obstacles``: why it cannot be; ``digest`` of what will hold, "" for no change at hand.
    """

    lines: list[ChangeLine] = field(default_factory=list)
    boxes: list[ChangeLine] = field(default_factory=list)
    winners: str = ""
    spent: str = ""
    obstacles: list[str] = field(default_factory=list)
    digest: str = ""


@dataclass(frozen=True)
class CorrectionRow:
    """A correction. ``barred``: why the reader may not sign it; ``change`` is of the one that waits."""

    id: int
    ground: str
    words: str
    status: str
    tone: str
    what: str
    proposed: str
    decided: str = ""
    answer: str = ""
    waits: bool = False
    may_sign: bool = False
    may_take_back: bool = False
    barred: str = ""
    change: Change = field(default_factory=Change)


@dataclass(frozen=True)
class PickRow:
    """A project that can be chosen."""

    id: int
    number: str
    title: str
    status: str
    tone: str


@dataclass(frozen=True)
class CorrectionHead:
    """The head of the page. ``closed``: why nothing can be proposed now."""

    id: int = 0
    title: str = ""
    status: str = ""
    tone: str = "grey"
    version: int = 1
    closed: str = ""
    may_propose: bool = False


@dataclass(frozen=True)
class CorrectionDesk:
    """All that the page shows."""

    head: CorrectionHead
    rows: list[CorrectionRow]
    grounds: list[Option]
    returned: list[Option]
    batches: list[Option]
    entered: list[Option]


def desk_of(work: Work, contest: Contest) -> CorrectionDesk:
    """Return what the officials of a contest are shown of its corrections."""
    version = version_in_force(work.session, contest.id or 0) if may_correct(contest) else None
    found = corrections_of(work.session, contest.id or 0)
    status, tone = STAGES[contest.stage]
    waits = next((row for row in found if row.waits), None)
    closed = ""
    if not may_correct(contest):
        closed = "Итоги ещё не опубликованы: исправлять нечего."
    elif version is None:
        closed = "Публикация только что прошла, архив ещё создаётся. Откройте страницу через минуту."
    returned = _returned(work, version)
    batches = _batches(work, contest)
    return CorrectionDesk(
        head=CorrectionHead(
            id=contest.id or 0,
            title=labels.typographer(contest.title),
            status=status,
            tone=tone,
            version=1 if version is None else version.number,
            closed=labels.typographer(closed),
            may_propose=not closed and waits is None,
        ),
        rows=[_row(work, contest, version, row) for row in found],
        grounds=[
            Option(ground.value, labels.typographer(text), labels.typographer(_NOTES[ground]))
            for ground, text in GROUNDS.items()
            if _is_offered(work, contest, ground, returned, batches)
        ],
        returned=returned,
        batches=batches,
        entered=[
            Option(str(row.id), labels.typographer(row.place), _turn_of(former, row))
            for row, former in ready_batches(work.session, contest.id or 0)
        ],
    )


def _is_offered(
    work: Work, contest: Contest, ground: CorrectionGround, returned: list[Option], batches: list[Option]
) -> bool:
    if ground is G.RETURNED:
        return bool(returned)
    if ground in (G.PAPER, G.REPLACED):
        return bool(batches)
    if ground is G.BALLOTS:
        there = sa.exists().where(col(Ballot.contest_id) == contest.id)
        return bool(work.session.execute(sa.select(there)).scalar_one())
    return True


def _row(work: Work, contest: Contest, version: ResultVersion | None, row: ResultCorrection) -> CorrectionRow:
    names = names_of(work, [row.proposed_by, *([row.decided_by] if row.decided_by else [])])
    status, tone = _STATUSES[row.status]
    me = work.person()
    change, barred = Change(), ""
    if row.waits and version is not None:
        change = change_of(work, contest, foresee(work, contest, version, Ask.of(row)))
        barred = _barred(work, contest, row, me)
    decided = names.get(row.decided_by or 0, "")
    return CorrectionRow(
        id=row.id or 0,
        ground=labels.typographer(row.ground_text),
        words=labels.typographer(row.words),
        status=status if row.status is not C.SIGNED else f"{status}, версия {row.base + 1}",
        tone=tone,
        what=labels.typographer(_what(row)),
        proposed=f"{names[row.proposed_by]}, {labels.date_time(row.proposed_at)}",
        decided=", ".join(one for one in (decided, labels.date_time(row.decided_at)) if one) if row.decided_at else "",
        answer=labels.typographer(row.answer),
        waits=row.waits,
        may_sign=row.waits and not barred,
        may_take_back=row.waits and row.proposed_by == me,
        barred=labels.typographer(barred),
        change=change,
    )


def _barred(work: Work, contest: Contest, row: ResultCorrection, me: int) -> str:
    if row.proposed_by == me:
        return "Это ваше предложение: подписывает другой сотрудник."
    own = sa.exists().where(col(Ballot.id).in_(row.ballots), col(Ballot.person_id) == me)
    if row.ballots and work.session.execute(sa.select(own)).scalar_one():
        return "Среди этих бюллетеней есть ваш: подписывает другой сотрудник."
    if missing := lacking(work.session, contest.id or 0):
        files = labels.listing(_FILES[kind] for kind in missing)
        return f"Файлы версии {row.base} ещё сохраняются в архив: {files}. Подписать можно будет через минуту."
    return ""


_FILES = {
    FileKind.BALLOTS: "бюллетени",
    FileKind.TABLE: "таблица CSV",
    FileKind.BOOK: "таблица для Excel",
    FileKind.PROTOCOL: "протокол",
}


def _what(row: ResultCorrection) -> str:
    parts = [
        (row.withdrawn, "снять с итогов", ("проект", "проекта", "проектов")),
        (row.returned, "вернуть в итоги", ("проект", "проекта", "проектов")),
        (row.ballots, "аннулировать", BALLOTS),
        (row.entered or row.batches, "заменить" if row.entered else "исключить", ("пачку", "пачки", "пачек")),
    ]
    said = [f"{deed} {labels.plural(len(ids), *words)}" for ids, deed, words in parts if ids]
    return ", ".join(said).capitalize() if said else "Пояснение к итогам"


def change_of(work: Work, contest: Contest, found: Foreseen) -> Change:
    """Return in words what a correction would change."""
    won = sum(one.won for one in found.outcomes)
    before = won - sum(one.wins for one in found.turns) + sum(one.loses for one in found.turns)
    money = contest.allot is Allot.BUDGET
    return Change(
        lines=[_line(one) for one in sorted(found.turns, key=lambda one: (one.wins, one.after.rank))],
        boxes=_boxes(work, contest, found.ask),
        winners=f"Победителей: {labels.number(before)} → {labels.number(won)}",
        spent=f"Распределено: {labels.money(found.spent_before)} → {labels.money(found.count.spent)}" if money else "",
        obstacles=[labels.typographer(one) for one in found.obstacles],
        digest=found.digest,
    )


def _boxes(work: Work, contest: Contest, ask: Ask) -> list[ChangeLine]:
    """Name the batches, so that whoever signs can open them."""
    rows = work.session.execute(
        sa.select(PaperBatch).where(col(PaperBatch.id).in_([*ask.batches, *ask.entered])).order_by(col(PaperBatch.id))
    ).scalars()
    known = {row.id: row for row in rows}
    fresh = {row.replaces: row for row in known.values() if row.id in ask.entered}
    return [
        ChangeLine(
            what="Пачка заменяется" if key in fresh else "Пачка исключается",
            tone="amber" if key in fresh else "red",
            title=labels.typographer(known[key].place),
            href=f"/office/contests/{contest.id}/paper?batch={fresh[key].id if key in fresh else key}",
            amount=_turn_of(known[key], fresh[key]) if key in fresh else labels.plural(known[key].ballots, *BALLOTS),
        )
        for key in ask.batches
    ]


def _turn_of(former: PaperBatch, fresh: PaperBatch) -> str:
    """Say how many ballots there were, and how many there are; the same number may hold other votes."""
    now = labels.plural(fresh.ballots, *BALLOTS)
    return now if former.ballots == fresh.ballots else f"{labels.number(former.ballots)} → {now}"


def _line(turn: Turn) -> ChangeLine:
    if turn.wins:
        what, tone = "Станет победителем", "green"
    elif turn.loses:
        what, tone = ("Победитель, снимается с итогов" if turn.out else "Перестанет быть победителем"), "red"
    elif turn.out:
        what, tone = "Снимается с итогов, не побеждал", "amber"
    else:
        what, tone = "Вернётся в итоги, не победит", "grey"
    return ChangeLine(
        what=labels.typographer(what),
        tone=tone,
        title=labels.typographer(turn.project.title),
        href=f"/projects/{turn.project.id}",
        amount=labels.money(turn.application.amount),
    )


def picks_of(work: Work, contest: Contest, words: str, ids: list[int] | None = None) -> list[PickRow]:
    """Return projects of the results that can be taken out: winners first, found by words or by the application's number.

    ``ids``: these and no others.
    """
    version = version_in_force(work.session, contest.id or 0)
    gone = [one.project for one in version.gone] if version else []
    query = (
        sa.select(Outcome, col(Application.number), col(Project.title))
        .join(Application, col(Application.id) == col(Outcome.application_id))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Outcome.contest_id) == contest.id, col(Outcome.application_id).not_in(gone))
        .order_by(col(Outcome.won).desc(), col(Outcome.rank))
        .limit(SHOWN)
    )
    if ids is not None:
        query = query.where(col(Outcome.application_id).in_(ids)).limit(None)
    elif words.isdecimal() and len(words) < 10:  # noqa: PLR2004  fits an integer
        query = query.where(col(Application.number) == int(words))
    elif words:
        plain = sa.func.replace(sa.func.lower(col(Project.title)), "ё", "е")
        query = query.where(plain.contains(words.lower().replace("ё", "е"), autoescape=True))
    return [
        PickRow(
            id=row[0].application_id,
            number=f"№ {row.number}",
            title=labels.typographer(row.title),
            status="Победил" if row[0].won else f"{labels.number(row[0].rank)}-е место",
            tone="green" if row[0].won else "grey",
        )
        for row in work.session.execute(query)
    ]


def _returned(work: Work, version: ResultVersion | None) -> list[Option]:
    gone = [one.project for one in version.gone] if version else []
    if not gone:
        return []
    rows = work.session.execute(
        sa.select(col(Application.id), col(Application.number), col(Project.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Application.id).in_(gone))
        .order_by(col(Application.number))
    )
    return [Option(str(row.id), labels.typographer(row.title), f"Заявка № {row.number}") for row in rows]


def _batches(work: Work, contest: Contest) -> list[Option]:
    rows = work.session.execute(
        sa.select(PaperBatch)
        .where(col(PaperBatch.contest_id) == contest.id, col(PaperBatch.status) == PaperStatus.CONFIRMED)
        .order_by(col(PaperBatch.id))
    ).scalars()
    return [
        Option(
            str(row.id),
            labels.typographer(row.place),
            labels.plural(row.ballots, *BALLOTS),
        )
        for row in rows
    ]
