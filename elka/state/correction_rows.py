"""Corrections of results as officials see them: what waits, what it would change, what was decided. Not a state."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.applications import Application
from elka.models.contests import Allot, Contest
from elka.models.paper import PaperBatch
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
from elka.models.votes import Ballot
from elka.state.contest_words import headed
from elka.state.correction_picks import batch_options, entered_options, returned_options, turn_of
from elka.state.paper_rows import BALLOTS
from elka.state.result_foresight import Ask, Foreseen, Turn, foresee
from elka.state.result_versions import names_of
from elka.ui import labels
from elka.ui.rows import Option

G, C = CorrectionGround, CorrectionStatus
_NAMED = 3  # of a correction
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
    named = _names(work, found)
    waits = next((row for row in found if row.waits), None)
    closed = ""
    if not may_correct(contest):
        closed = "Итоги ещё не опубликованы: исправлять нечего."
    elif version is None:
        closed = "Публикация только что прошла, архив ещё создаётся. Откройте страницу через минуту."
    returned = returned_options(work, version)
    batches = batch_options(work, contest)
    return CorrectionDesk(
        head=CorrectionHead(
            **headed(contest),
            version=1 if version is None else version.number,
            closed=labels.typographer(closed),
            may_propose=not closed and waits is None,
        ),
        rows=[_row(work, contest, version, row, named) for row in found],
        grounds=[
            Option(ground.value, labels.typographer(text), labels.typographer(_NOTES[ground]))
            for ground, text in GROUNDS.items()
            if _is_offered(work, contest, ground, returned, batches)
        ],
        returned=returned,
        batches=batches,
        entered=entered_options(work, contest),
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


@dataclass(frozen=True)
class _Names:
    """What corrections name: titles of projects by application, places of batches of paper."""

    projects: dict[int, str]
    batches: dict[int, str]


def _names(work: Work, rows: list[ResultCorrection]) -> _Names:
    applications = {key for row in rows for key in (*row.withdrawn, *row.returned)}
    titles = work.session.execute(
        sa.select(col(Application.id), col(Project.title))
        .join(Project, col(Project.id) == col(Application.project_id))
        .where(col(Application.id).in_(applications))
    )
    places = work.session.execute(
        sa.select(col(PaperBatch.id), col(PaperBatch.place)).where(
            col(PaperBatch.id).in_({key for row in rows for key in row.batches})
        )
    )
    return _Names(
        {one[0]: f"«{labels.inner(one[1])}»" for one in titles}, {one[0]: labels.typographer(one[1]) for one in places}
    )


def _row(
    work: Work, contest: Contest, version: ResultVersion | None, row: ResultCorrection, named: _Names
) -> CorrectionRow:
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
        what=labels.typographer(_what(row, named)),
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


def _what(row: ResultCorrection, named: _Names) -> str:
    """Say what it corrects, by name while there are few."""
    projects, batches = ("проект", "проекта", "проектов"), ("пачку", "пачки", "пачек")
    parts = [
        (row.withdrawn, "снять с итогов", projects, named.projects),
        (row.returned, "вернуть в итоги", projects, named.projects),
        (row.ballots, "аннулировать", BALLOTS, {}),
        (row.batches, "заменить" if row.entered else "исключить", batches, named.batches),
    ]
    said = [f"{deed} {_listed(ids, words, known)}" for ids, deed, words, known in parts if ids]
    text = ", ".join(said) or "пояснение к итогам"
    return text[0].upper() + text[1:]


def _listed(ids: list[int], words: tuple[str, str, str], known: dict[int, str]) -> str:
    many = labels.plural(len(ids), *words)
    return f"{many}: {labels.listing(known[key] for key in ids)}" if known and len(ids) <= _NAMED else many


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
            amount=turn_of(known[key], fresh[key]) if key in fresh else labels.plural(known[key].ballots, *BALLOTS),
        )
        for key in ask.batches
    ]


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
