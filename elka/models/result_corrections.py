"""Corrections of published results: what one official proposes and another signs.

What the database itself refuses (migrations/versions/triggers_0011.sql): one person as both, a correction of results that
are not published, a second decision, another content than the proposed one, a deletion, two proposals at once.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, Session, SQLModel, col

from elka.core.lifecycle import ContestStage
from elka.errors import Denied, Refused, WrongStage
from elka.models.base import Moment, big_id, one_of
from elka.models.contests import Contest

WORDS_MIN, WORDS_MAX = 10, 1000
ANSWER_MIN = 10
BALLOTS_MAX = 2000
_PUBLISHED = (ContestStage.AWARDED, ContestStage.CLOSED)


class CorrectionGround(StrEnum):
    """On what ground published results are corrected."""

    RENOUNCED = "renounced"
    INELIGIBLE = "ineligible"
    SITE = "site"
    RETURNED = "returned"
    BALLOTS = "ballots"
    PAPER = "paper"
    REPLACED = "replaced"
    NOTE = "note"


G = CorrectionGround
GROUNDS: dict[CorrectionGround, str] = {
    G.RENOUNCED: "Заявитель отказался от проекта",
    G.INELIGIBLE: "Суд или прокурор установил, что проект не соответствует условиям конкурса",
    G.SITE: "Площадку проекта использовать нельзя",
    G.RETURNED: "Снятие проекта с итогов отменено",
    G.BALLOTS: "Суд признал бюллетени недействительными",
    G.PAPER: "Пачка бумажных бюллетеней внесена ошибочно",
    G.REPLACED: "В пачке бумажных бюллетеней ошибка, вместо неё внесена верная",
    G.NOTE: "Ошибка в тексте или программе, победители те же",
}
TAKES_OUT = frozenset({G.RENOUNCED, G.INELIGIBLE, G.SITE})


class CorrectionStatus(StrEnum):
    """How far a correction is. ``STALE``: the facts it was proposed of changed, so it was taken off by the site."""

    PROPOSED = "proposed"
    SIGNED = "signed"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    STALE = "stale"


_C = CorrectionStatus


class NotPublished(WrongStage):
    """There is nothing published to correct."""

    def __init__(self) -> None:
        """Say what can be done instead."""
        super().__init__("Исправляют опубликованные итоги. До публикации их просто подсчитывают заново.")


class SignsOwn(Denied):
    """Whoever proposed cannot sign."""

    def __init__(self) -> None:
        """Say who can."""
        super().__init__("Исправление подписывает второй сотрудник: своё не подписывают и не отклоняют.")


class Settled(WrongStage):
    """It was decided already."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("По этому исправлению уже решили. Обновите страницу.")


class ResultCorrection(SQLModel, table=True):
    """A proposal of one official and the decision of another.

    ``base``: the number of the version it corrects. ``withdrawn``, ``returned``: applications taken out of the results
    and taken back in; ``ballots``: annulled with it; ``batches``: paper ballots taken out with it, ``entered``: put in their
    place. ``foreseen``: SHA-256 of what will hold, as both saw it. ``answer``: why it was declined, or what made it stale.
    """

    __tablename__ = "result_corrections"
    __table_args__ = (
        sa.CheckConstraint("decided_by <> proposed_by", name="two_people"),
        sa.CheckConstraint("(status IN ('signed', 'declined')) = (decided_by IS NOT NULL)", name="decided_by_somebody"),
        sa.CheckConstraint("(status = 'proposed') = (decided_at IS NULL)", name="decided_whole"),
        sa.CheckConstraint("status <> 'declined' OR length(answer) >= 10", name="answer_given"),
        sa.CheckConstraint("length(words) BETWEEN 10 AND 1000", name="words_length"),
        sa.CheckConstraint("length(foreseen) = 64", name="foreseen_whole"),
        sa.CheckConstraint(
            "cardinality(entered) = CASE ground WHEN 'replaced' THEN cardinality(batches) ELSE 0 END",
            name="one_for_one",
        ),
        sa.UniqueConstraint("id", "contest_id"),
        sa.Index(
            "uq_result_corrections_open",
            "contest_id",
            unique=True,
            postgresql_where=sa.text("status = 'proposed'"),
        ),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    base: int
    ground: CorrectionGround = Field(sa_type=one_of(CorrectionGround, "ground"))
    words: str
    withdrawn: list[int] = Field(default_factory=list, sa_type=ARRAY(sa.BigInteger))
    returned: list[int] = Field(default_factory=list, sa_type=ARRAY(sa.BigInteger))
    ballots: list[int] = Field(default_factory=list, sa_type=ARRAY(sa.BigInteger))
    batches: list[int] = Field(default_factory=list, sa_type=ARRAY(sa.BigInteger))
    entered: list[int] = Field(default_factory=list, sa_type=ARRAY(sa.BigInteger))
    foreseen: str
    status: CorrectionStatus = Field(default=_C.PROPOSED, sa_type=one_of(CorrectionStatus, "status"))
    proposed_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    proposed_at: datetime = Field(sa_type=Moment)
    decided_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: str = ""

    @property
    def waits(self) -> bool:
        """Whether a second person has yet to decide."""
        return self.status is _C.PROPOSED

    @property
    def ground_text(self) -> str:
        """The ground in words."""
        return GROUNDS[self.ground]

    def require_decidable(self, by: int) -> None:
        """Raise Settled or SignsOwn unless this person may sign or decline it now."""
        self._require_waiting()
        if by == self.proposed_by:
            raise SignsOwn

    def sign(self, by: int, now: datetime) -> None:
        """Sign it: from now on its version is in force."""
        self.require_decidable(by)
        self.status, self.decided_by, self.decided_at = _C.SIGNED, by, now

    def decline(self, by: int, now: datetime, answer: str) -> None:
        """Decline it for a reason that the proposer reads."""
        self.require_decidable(by)
        if len(answer) < ANSWER_MIN:
            raise Refused(f"Напишите, почему отклоняете: от {ANSWER_MIN} знаков.", field="answer")
        self.status, self.decided_by, self.decided_at, self.answer = _C.DECLINED, by, now, answer

    def take_back(self, by: int, now: datetime) -> None:
        """Take one's own proposal back."""
        self._require_waiting()
        if by != self.proposed_by:
            raise Denied("Забрать предложение может тот, кто его сделал. Вы можете отклонить его.")
        self.status, self.decided_at = _C.TAKEN_BACK, now

    def grow_stale(self, now: datetime, why: str) -> None:
        """Take it off, as what it was proposed of is not so any more."""
        self._require_waiting()
        self.status, self.decided_at, self.answer = _C.STALE, now, why

    def _require_waiting(self) -> None:
        if not self.waits:
            raise Settled


def may_correct(contest: Contest) -> bool:
    """Whether the contest has published results that can be corrected."""
    return contest.stage in _PUBLISHED and contest.published_at is not None


def require_correctable(contest: Contest) -> None:
    """Raise NotPublished unless there are published results."""
    if not may_correct(contest):
        raise NotPublished


def corrections_of(session: Session, contest_id: int) -> list[ResultCorrection]:
    """Return the corrections of a contest, the newest first."""
    found = session.execute(
        sa.select(ResultCorrection)
        .where(col(ResultCorrection.contest_id) == contest_id)
        .order_by(col(ResultCorrection.id).desc())
        .execution_options(populate_existing=True)
    ).scalars()
    return list(found)
