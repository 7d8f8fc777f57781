"""What is told of a contest's ballots: the hash root fixed when voting closed, the turnout, the published file.

The root, the number of ballots and the turnout are written once: a trigger refuses to change or to delete them
(migrations/versions/triggers_0003.sql). The file may be made anew, as after a recount of the commission's marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.core import published
from elka.core.announced import Ballots, Candidate, Marked, Marking, Rules
from elka.core.annulled import Annulled
from elka.core.paper import Slip
from elka.core.turnout import merged
from elka.errors import Refused
from elka.models.annulments import annulled_of
from elka.models.applications import ON_BALLOT, Application
from elka.models.base import Moment
from elka.models.contest_parts import ContestCategory, categories_of
from elka.models.contests import Contest, VoteKind, phases_of
from elka.models.exclusive import exclusive_of
from elka.models.judgements import judgements
from elka.models.judging import part_limits, terms_of
from elka.models.places import Municipality, Settlement

OTHER_PLACES = "Из других муниципалитетов"
_AGES = ((14, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 200))
MARKING = {
    VoteKind.APPROVAL: Marking.APPROVAL,
    VoteKind.KNAPSACK: Marking.APPROVAL,
    VoteKind.RANKED: Marking.ORDINAL,
    VoteKind.POINTS: Marking.CUMULATIVE,
}
_BATCH = 10_000  # ballots that the database hands over at once


class BallotsChanged(Refused):
    """The ballots are not those that were sealed when voting closed."""

    def __init__(self) -> None:
        """Say that this is no ordinary refusal."""
        super().__init__(
            "Бюллетени не те, что запечатаны при закрытии голосования, поэтому ничего не опубликовано. "
            "Сообщите администратору: это видно и в журнале самопроверки."
        )


class Publication(SQLModel, table=True):
    """The ballots of one contest whose vote is over. ``root`` and ``sha256`` hexadecimal, ``size`` in bytes.

    ``turnout``: lines of names and people by ``places`` and ``ages``, small ones merged; the merged line has no name.
    ``counted_at``: of which count the file tells; None while there is no file.
    """

    __tablename__ = "publications"
    __table_args__ = (
        sa.CheckConstraint("length(root) = 64", name="root_whole"),
        sa.CheckConstraint("num_nulls(counted_at, sha256, size, made_at) IN (0, 4)", name="file_whole"),
    )

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    root: str
    ballots: int
    sealed_at: datetime = Field(sa_type=Moment)
    turnout: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    counted_at: datetime | None = Field(default=None, sa_type=Moment)
    sha256: str | None = None
    size: int | None = Field(default=None, sa_type=sa.BigInteger)
    made_at: datetime | None = Field(default=None, sa_type=Moment)


@dataclass(frozen=True, slots=True)
class Sealed:
    """All that the hash root of a contest covers, in its order."""

    rules: Rules
    candidates: list[Candidate]
    lines: list[str]
    receipts: list[str]
    annulled: Annulled = (
        published.NONE_ANNULLED
    )  # of the lines and receipts; it came after the root, and changes it not

    @property
    def root(self) -> str:
        """The hash root, hexadecimal."""
        return published.root_of(self.rules, self.candidates, self.lines, self.receipts)


def sealed(session: Session, contest: Contest, secret: bytes) -> Sealed:
    """Read the terms, projects, ballots and receipts of a contest as they are published.

    About a hundred bytes a ballot are held: of votes, only the text that the database makes of a ballot's.
    """
    lines, receipts, marked = _ballots(session, contest.id or 0, secret)
    annulled = annulled_of(session, contest.id or 0, marked)
    return Sealed(rules_for(session, contest), candidates_of(session, contest), lines, receipts, annulled)


def annulled_list(session: Session, contest_id: int, secret: bytes) -> Annulled:
    """Return what is annulled now, as it is published."""
    return annulled_of(session, contest_id, _ballots(session, contest_id, secret, apart=True)[2])


def rules_for(session: Session, contest: Contest) -> Rules:
    """Return the terms of a contest as its file tells them."""
    contest_id = contest.id or 0
    categories = categories_of(session, contest_id)
    terms = terms_of(contest, phases_of(session, contest_id), categories)
    terms = replace(terms, exclusive=exclusive_of(session, contest_id))
    return Rules(
        contest=contest_id,
        budget=contest.budget,
        terms=terms,
        seed=contest.draw_seed or "",
        marked=marked_of(contest, categories),
        names={one.id or 0: one.name for one in categories},
        rule=contest.count_rule.value,
    )


def marked_of(contest: Contest, categories: Sequence[ContestCategory]) -> Marked:
    """Return what one ballot of a contest may hold."""
    return Marked(
        kind=MARKING[contest.vote_kind].value,
        most=contest.vote_limit,
        cost=contest.purse_limit,
        points=contest.points_to_share,
        parts=part_limits(contest, categories),
    )


def candidates_of(session: Session, contest: Contest) -> list[Candidate]:
    """Return the projects on the ballot with their costs and categories."""
    costs = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(col(Application.id), col(Application.amount)).where(col(Application.contest_id) == contest.id)
        )
    }
    return [
        Candidate(one.application_id, costs[one.application_id], one.category_id, score=one.score)
        for one in judgements(session, contest)
    ]


# The text of a ballot is made by the database: a row a ballot comes over, not a row a vote.
_LINES = sa.text(
    """
    SELECT b.person_id, b.receipt, string_agg(v.application_id::text, ',' ORDER BY v.place, v.application_id),
        coalesce(string_agg(v.points::text, ',' ORDER BY v.place, v.application_id), ''), b.annulled_by
    FROM ballots b JOIN votes v ON v.ballot_id = b.id JOIN applications a ON a.id = v.application_id
    WHERE b.contest_id = :contest AND a.status IN :listed
        AND (:which = 'all' OR (b.annulled_by IS NOT NULL) = (:which = 'annulled'))
        AND NOT b.id = ANY (CAST(:without AS bigint[]))
    GROUP BY b.id
    """
).bindparams(sa.bindparam("listed", expanding=True))


def _ballots(
    session: Session, contest_id: int, secret: bytes, *, apart: bool = False
) -> tuple[list[str], list[str], dict[int, list[tuple[str, str]]]]:
    """Return the lines of all ballots as cast by pseudonym, the receipts by code, and those of each annulment.

    ``apart``: only of what is annulled.
    """
    pseudonym, line_of = published.pseudonyms(secret, contest_id), published.ballot_line
    lines: list[str] = []
    receipts: list[str] = []
    marked: dict[int, list[tuple[str, str]]] = {}
    asked = _asked(contest_id, "annulled" if apart else "all")
    rows = session.connection().execute(_LINES, asked, execution_options={"yield_per": _BATCH})
    for batch in rows.partitions():
        made = [line_of(pseudonym(person), picks, points) for person, _, picks, points, _ in batch]
        lines += made
        receipts += [row[1] for row in batch]
        for line, row in zip(made, batch, strict=True):
            if row.annulled_by is not None:
                marked.setdefault(row.annulled_by, []).append((line, row[1]))
    lines.sort()
    receipts.sort()
    return lines, receipts, marked


def ballots_of(
    session: Session,
    contest: Contest,
    rules: Rules,
    ids: Sequence[int],
    paper: Sequence[Slip] = (),
    *,
    without: Sequence[int] = (),
) -> Ballots:
    """Return the ballots of a contest as a count reads them, nobody's name among them; ``ids`` of the projects.

    ``paper``: ballots on paper, counted with the others. Annulled ones are left out, and those ``without``.
    """
    picks = [",".join(map(str, slip.picks)) for slip in paper]
    points = [",".join(map(str, slip.points)) for slip in paper]
    rows = session.connection().execute(
        _LINES, _asked(contest.id or 0, "valid", without), execution_options={"yield_per": _BATCH}
    )
    for batch in rows.partitions():
        picks += [row[2] for row in batch]
        points += [row[3] for row in batch]
    return Ballots.of(ids, rules.marked, picks, points)


def _asked(contest_id: int, which: Literal["all", "valid", "annulled"], without: Sequence[int] = ()) -> dict[str, Any]:
    listed = [one.value for one in ON_BALLOT]
    return {"contest": contest_id, "listed": listed, "which": which, "without": list(without)}


def turnout_of(session: Session, contest: Contest, day: date, secret: bytes) -> dict[str, list[list[Any]]]:
    """Return who voted by place and by age on ``day``, small cells merged: ``{"places": [[name, people], …], …}``.

    Of a contest of the region by municipality; of one of a municipality by its settlements, all others as one.
    """
    lot = published.secret_lot(secret, contest.id or 0)
    found = {"places": _places(session, contest), "ages": _ages(session, contest, day)}
    return {name: [[line.key or "", line.people] for line in merged(counts, lot)] for name, counts in found.items()}


# Who took part, annulled ballots among them: the turnout is told once, as two of them could be compared (docs/adr/0023).
_VOTERS = "FROM ballots b JOIN people p ON p.id = b.person_id WHERE b.contest_id = :contest AND b.picks > 0"


def _places(session: Session, contest: Contest) -> dict[str, int]:
    """Count voters by place, every possible place among them; larger places first."""
    rows = session.execute(
        sa.text(f"SELECT p.settlement_id, count(*) {_VOTERS} GROUP BY 1"),
        {"contest": contest.id},
    )
    voters: dict[int, int] = {row[0]: row[1] for row in rows}
    places = session.execute(
        sa.select(col(Settlement.id), col(Settlement.name), col(Settlement.kind), Municipality)
        .join(Municipality, col(Municipality.id) == col(Settlement.municipality_id))
        .order_by(
            col(Municipality.population).desc(),
            col(Settlement.population).desc().nulls_last(),
            col(Settlement.name),
            col(Settlement.id),
        )
    ).all()
    names = [one.name for one in places if one.Municipality.id == contest.municipality_id]
    counts: dict[str, int] = {}
    others = 0
    for one in places:
        people = voters.get(one.id, 0)
        if contest.municipality_id is None:
            counts[one.Municipality.name] = counts.get(one.Municipality.name, 0) + people
        elif one.Municipality.id == contest.municipality_id:
            name = one.name if names.count(one.name) == 1 else f"{one.name} ({one.kind})"
            counts[name] = counts.get(name, 0) + people
        else:
            others += people
    if contest.municipality_id is not None and not contest.voters_local:
        counts[OTHER_PLACES] = others
    return counts


def _ages(session: Session, contest: Contest, day: date) -> dict[str, int]:
    rows = session.execute(
        sa.text(
            f"SELECT extract(year FROM age(CAST(:day AS date), p.birth_date))::integer, count(*) {_VOTERS} GROUP BY 1"  # noqa: S608
        ),
        {"contest": contest.id, "day": day},
    )
    voters: dict[int, int] = {row[0]: row[1] for row in rows}
    return {
        _ages_named(max(low, contest.voter_age), high): sum(voters.get(age, 0) for age in range(low, high + 1))
        for low, high in _AGES
        if high >= contest.voter_age
    }


def _ages_named(low: int, high: int) -> str:
    return f"{low} и старше" if high == _AGES[-1][1] else f"{low}–{high}"
