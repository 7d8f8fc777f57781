"""Annulments as officials see them: who proposed what, who decides, what the voters object. Never who voted, nor for whom."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlmodel import col

from elka.db import Work
from elka.models.annulments import Annulment, AnnulmentBallot, Objection, may_annul
from elka.models.contests import Contest
from elka.models.people import Person
from elka.models.votes import Ballot
from elka.state.pattern_words import BALLOTS
from elka.ui import labels

MOST = 200


@dataclass(frozen=True)
class ObjectionRow:
    """What a voter objects, without their name; ``answer``: what was answered."""

    id: int
    when: str
    text: str
    answer: str = ""
    may_answer: bool = False


@dataclass(frozen=True)
class AnnulmentRow:
    """A proposal or a decision. ``barred``: why the reader may not decide on it."""

    id: int
    title: str
    ground: str
    words: str
    pattern: str
    status: str
    tone: str
    proposed: str
    decided: str = ""
    answer: str = ""
    may_decide: bool = False
    barred: str = ""
    may_lift: bool = False
    objections: list[ObjectionRow] = field(default_factory=list)


def annulment_rows(work: Work, contest: Contest) -> list[AnnulmentRow]:
    """Return the annulments of a contest: those that wait for a decision first, then the newest."""
    rows = list(
        work.session.execute(
            sa.select(Annulment)
            .where(col(Annulment.contest_id) == contest.id)
            .order_by(col(Annulment.decided_at).is_not(None), col(Annulment.id).desc())
            .limit(MOST)
        ).scalars()
    )
    if not rows:
        return []
    ids = [row.id or 0 for row in rows]
    names = _names(work, rows)
    own = set(
        work.session.execute(
            sa.select(col(AnnulmentBallot.annulment_id))
            .join(Ballot, col(Ballot.id) == col(AnnulmentBallot.ballot_id))
            .where(col(AnnulmentBallot.annulment_id).in_(ids), col(Ballot.person_id) == work.person())
        ).scalars()
    )
    standing = {
        row[0]: row[1]
        for row in work.session.execute(
            sa.select(col(Ballot.annulled_by), sa.func.count())
            .where(col(Ballot.contest_id) == contest.id, col(Ballot.annulled_by).in_(ids))
            .group_by(col(Ballot.annulled_by))
        )
    }
    said: dict[int, list[ObjectionRow]] = {}
    open_ = may_annul(contest)
    found = work.session.execute(
        sa.select(Objection, col(Ballot.person_id))
        .join(Ballot, col(Ballot.id) == col(Objection.ballot_id))
        .where(col(Objection.annulment_id).in_(ids))
        .order_by(col(Objection.id))
    )
    for one, person_id in found:
        may = open_ and one.answered_at is None and person_id != work.person()
        row = ObjectionRow(one.id or 0, labels.date_time(one.made_at), labels.typographer(one.text), one.answer, may)
        said.setdefault(one.annulment_id, []).append(row)
    return [
        _row(
            row, names, me=work.person(), own=row.id in own, left=standing.get(row.id or 0, 0), is_open=open_, said=said
        )
        for row in rows
    ]


def _row(
    row: Annulment,
    names: dict[int, str],
    *,
    me: int,
    own: bool,
    left: int,
    is_open: bool,
    said: dict[int, list[ObjectionRow]],
) -> AnnulmentRow:
    deed = "Аннулировать" if row.lifts is None else "Вернуть в подсчёт"
    status, tone = ("Ждёт второго решения", "amber") if row.waits else ("Отклонено", "grey")
    if row.confirmed:
        status, tone = ("Аннулировано", "red") if row.lifts is None else ("Возвращено в подсчёт", "green")
        if row.lifts is None and left < row.size:
            status = f"Аннулировано, осталось {left} из {row.size}" if left else "Аннулирование снято"
            tone = "red" if left else "grey"
    barred = ""
    if row.waits and not is_open:
        barred = "Итоги опубликованы, решать поздно."
    elif row.waits and row.proposed_by == me:
        barred = "Это ваше предложение: решает другой сотрудник."
    elif row.waits and own:
        barred = "Среди этих бюллетеней есть ваш: решает другой сотрудник."
    who = names.get(row.decided_by or 0, "")
    when = labels.date_time(row.decided_at) if row.decided_at else ""
    return AnnulmentRow(
        id=row.id or 0,
        title=labels.typographer(f"{deed} {labels.plural(row.size, *BALLOTS)}"),
        ground=row.ground_text,
        words=labels.typographer(row.words),
        pattern=row.pattern,
        status=labels.typographer(status),
        tone=tone,
        proposed=f"{names.get(row.proposed_by, '')}, {labels.date_time(row.proposed_at)}",
        decided=f"{who}, {when}" if when else "",
        answer=labels.typographer(row.answer),
        may_decide=row.waits and not barred,
        barred=barred,
        may_lift=is_open and row.lifts is None and left > 0,
        objections=said.get(row.id or 0, []),
    )


def _names(work: Work, rows: list[Annulment]) -> dict[int, str]:
    """Return the names of the officials, as colleagues know them."""
    ids = {row.proposed_by for row in rows} | {row.decided_by for row in rows if row.decided_by}
    found = work.session.execute(sa.select(Person).where(col(Person.id).in_(ids))).scalars()
    return {one.id or 0: labels.short_name(one.last_name, one.first_name, one.patronymic) for one in found}
