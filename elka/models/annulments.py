"""Annulments: ballots that two officials took out of the count, on what ground, and how it is objected to.

What the database itself refuses (migrations/versions/triggers_0006.sql, newest in triggers_0009.sql): one person as both, anybody deciding on their
own ballot, a decision after publication (but by a signed correction of the results that names the ballots), a second decision, another list than the proposed one, a deletion.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col

from elka.core.annulled import Annulled, Ruling
from elka.core.lifecycle import ContestStage
from elka.errors import Denied, Refused, WrongStage
from elka.models.base import Moment, big_id
from elka.models.contests import Contest
from elka.models.votes import Ballot

WORDS_MIN, WORDS_MAX = 20, 2000
ANSWER_MIN = 10
OPEN = (ContestStage.VOTING, ContestStage.EXPERT, ContestStage.DECISION)


class Ground(StrEnum):
    """On what ground ballots are annulled; ``LIFT``: the annulment itself is."""

    BOTS = "bots"
    OTHERS = "others"
    DOUBLES = "doubles"
    BOUGHT = "bought"
    COURT = "court"
    LIFT = "lift"


GROUNDS: dict[Ground, str] = {
    Ground.BOTS: "Голоса отданы программой, а не людьми",
    Ground.OTHERS: "Голосовали за других людей или под чужими именами",
    Ground.DOUBLES: "Один человек проголосовал несколько раз под разными учётными записями",
    Ground.BOUGHT: "Голоса куплены или отданы по принуждению",
    Ground.COURT: "Суд признал бюллетени недействительными",
    Ground.LIFT: "Аннулирование снято",
}


class AnnulmentsClosed(WrongStage):
    """Nothing can be annulled before the vote, or any more."""

    def __init__(self) -> None:
        """Say from when until when."""
        super().__init__("Бюллетени аннулируют только от открытия голосования до публикации итогов.")


class SamePerson(Denied):
    """Whoever proposed cannot decide."""

    def __init__(self) -> None:
        """Say who can."""
        super().__init__("Решение принимает второй сотрудник: своё предложение не подтверждают и не отклоняют.")


class OwnBallot(Denied):
    """Nobody decides on their own ballot."""

    def __init__(self) -> None:
        """Say who can."""
        super().__init__("Среди этих бюллетеней есть ваш: предлагать и решать должны другие сотрудники.")


class Decided(WrongStage):
    """It was decided already."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("По этому предложению уже решили. Обновите страницу.")


class Taken(WrongStage):
    """Some of the ballots are annulled already, or another proposal waits with them."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Часть этих бюллетеней уже аннулирована или ждёт решения. Обновите страницу.")


class Annulment(SQLModel, table=True):
    """A proposal of one official and the decision of another. ``lifts``: which annulment it takes back, in part or whole.

    ``words`` are read by the two and by those concerned, ``pattern`` is what the proposer saw; ``answer``: why declined.
    """

    __tablename__ = "annulments"
    __table_args__ = (
        sa.UniqueConstraint("id", "contest_id"),
        sa.CheckConstraint("decided_by <> proposed_by", name="two_people"),
        sa.CheckConstraint("num_nulls(decided_by, decided_at, confirmed) IN (0, 3)", name="decided_whole"),
        sa.CheckConstraint("confirmed IS NOT FALSE OR length(answer) >= 10", name="answer_given"),
        sa.CheckConstraint("size > 0", name="size_positive"),
        sa.Index("ix_annulments_contest", "contest_id"),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    lifts: int | None = Field(default=None, foreign_key="annulments.id", sa_type=sa.BigInteger)
    ground: str
    words: str
    pattern: str = ""
    size: int
    proposed_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    proposed_at: datetime = Field(sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    confirmed: bool | None = None
    answer: str = ""

    @property
    def waits(self) -> bool:
        """Whether a second person has yet to decide."""
        return self.decided_at is None

    @property
    def ground_text(self) -> str:
        """The ground in words."""
        return GROUNDS[Ground(self.ground)]

    def decide(self, by: int, now: datetime, *, confirmed: bool, answer: str = "") -> None:
        """Confirm or decline; raise Decided, SamePerson, Refused where no reason is given."""
        if not self.waits:
            raise Decided
        if by == self.proposed_by:
            raise SamePerson
        if not confirmed and len(answer) < ANSWER_MIN:
            raise Refused(f"Напишите, почему отклоняете: от {ANSWER_MIN} знаков.", field="answer")
        self.decided_by, self.decided_at, self.confirmed, self.answer = by, now, confirmed, answer


class AnnulmentBallot(SQLModel, table=True):
    """A ballot that an annulment names."""

    __tablename__ = "annulment_ballots"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["annulment_id", "contest_id"],
            ["annulments.id", "annulments.contest_id"],
            name="fk_annulment_ballots_annulment",
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id", "contest_id"], ["ballots.id", "ballots.contest_id"], name="fk_annulment_ballots_ballot"
        ),
        sa.Index("ix_annulment_ballots_ballot", "ballot_id"),
    )

    annulment_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    ballot_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    contest_id: int = Field(sa_type=sa.BigInteger)


class Objection(SQLModel, table=True):
    """What the voter of an annulled ballot answers; one to an annulment. ``answer``: of an official who lets it stand."""

    __tablename__ = "objections"
    __table_args__ = (
        sa.UniqueConstraint("annulment_id", "ballot_id"),
        sa.CheckConstraint("num_nulls(answered_by, answered_at) IN (0, 2)", name="answered_whole"),
        sa.ForeignKeyConstraint(
            ["annulment_id", "ballot_id"],
            ["annulment_ballots.annulment_id", "annulment_ballots.ballot_id"],
            name="fk_objections_ballot",
        ),
    )

    id: int | None = big_id()
    annulment_id: int = Field(sa_type=sa.BigInteger)
    ballot_id: int = Field(sa_type=sa.BigInteger)
    text: str
    made_at: datetime = Field(sa_type=Moment)
    answered_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: str = ""


def may_annul(contest: Contest) -> bool:
    """Whether ballots of the contest can be annulled, or annulments lifted, now."""
    return contest.stage in OPEN and contest.published_at is None


def require_open(contest: Contest) -> None:
    """Raise AnnulmentsClosed unless annulments are possible now."""
    if not may_annul(contest):
        raise AnnulmentsClosed


def propose(session: Session, annulment: Annulment, ballots: list[int]) -> Annulment:
    """Write a proposal with the ballots it names; raise Taken or OwnBallot, and Refused where there are none.

    To annul: standing ballots of the contest that no other proposal waits with. To lift: those that it marks.
    """
    standing = (
        col(Ballot.annulled_by).is_(None) if annulment.lifts is None else col(Ballot.annulled_by) == annulment.lifts
    )
    rows = session.execute(
        sa.select(col(Ballot.id), col(Ballot.person_id)).where(
            col(Ballot.contest_id) == annulment.contest_id, col(Ballot.id).in_(ballots), standing
        )
    ).all()
    if not ballots:
        raise Refused("Отметьте хотя бы один бюллетень.", field="ballots")
    if len(rows) != len(set(ballots)) or _waiting(session, annulment.contest_id, ballots):
        raise Taken
    if annulment.proposed_by in {row.person_id for row in rows}:
        raise OwnBallot
    annulment.size = len(rows)
    session.add(annulment)
    session.flush()
    values = [
        {"annulment_id": annulment.id, "ballot_id": row.id, "contest_id": annulment.contest_id}
        for row in sorted(rows, key=lambda row: row.id)
    ]
    session.execute(sa.insert(AnnulmentBallot), values)
    return annulment


def _waiting(session: Session, contest_id: int, ballots: list[int]) -> bool:
    found = session.execute(
        sa.select(col(AnnulmentBallot.ballot_id))
        .join(Annulment, col(Annulment.id) == col(AnnulmentBallot.annulment_id))
        .where(
            col(Annulment.contest_id) == contest_id,
            col(Annulment.decided_at).is_(None),
            col(AnnulmentBallot.ballot_id).in_(ballots),
        )
        .limit(1)
    )
    return found.first() is not None


def voters_of(session: Session, annulment_id: int) -> list[int]:
    """Return whose ballots an annulment names."""
    return list(
        session.execute(
            sa.select(col(Ballot.person_id))
            .join(AnnulmentBallot, col(AnnulmentBallot.ballot_id) == col(Ballot.id))
            .where(col(AnnulmentBallot.annulment_id) == annulment_id)
            .order_by(col(Ballot.person_id))
        ).scalars()
    )


def annulled_count(session: Session, contest_id: int) -> int:
    """Return how many ballots of a contest are annulled now."""
    found: int = session.execute(
        sa.select(sa.func.count())
        .select_from(Ballot)
        .where(col(Ballot.contest_id) == contest_id, col(Ballot.annulled_by).is_not(None))
    ).scalar_one()
    return found


def ground_of_receipt(session: Session, contest_id: int, receipt: str) -> str:
    """Return on what ground the ballot of a receipt was annulled, "" when it was not."""
    ground = session.execute(
        sa.select(col(Annulment.ground))
        .join(Ballot, col(Ballot.annulled_by) == col(Annulment.id))
        .where(col(Ballot.contest_id) == contest_id, col(Ballot.receipt) == receipt)
    ).scalar_one_or_none()
    return GROUNDS[Ground(ground)] if ground else ""


def annulled_of(session: Session, contest_id: int, marked: dict[int, list[tuple[str, str]]]) -> Annulled:
    """Return what is annulled as it is published. ``marked``: of each annulment the lines and receipts of its ballots."""
    if not marked:
        return Annulled()
    rows = session.execute(
        sa.select(Annulment).where(col(Annulment.contest_id) == contest_id, col(Annulment.id).in_(marked))
    ).scalars()
    found = {one.id or 0: one for one in rows}
    numbered = {key: number for number, key in enumerate(sorted(found), start=1)}
    return Annulled(
        tuple(
            Ruling(numbered[key], found[key].ground_text, _moment(found[key].decided_at), len(marked[key]))
            for key in sorted(numbered)
        ),
        tuple(sorted(((numbered[key], line) for key in marked for line, _ in marked[key]), key=lambda one: one[1])),
        tuple(sorted(((numbered[key], code) for key in marked for _, code in marked[key]), key=lambda one: one[1])),
    )


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""
