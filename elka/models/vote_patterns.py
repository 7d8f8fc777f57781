"""Crowds of votes that look alike, found by the database in a second: by address, by tempo, by age of accounts, by picks.

What votes are for never leaves the database: equal ballots are found by a hash of their picks that is compared and thrown
away. Addresses come out as keyed hashes and go no further than the code of a group.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel

from elka.core.suspicions import LEAST, LEAST_RUN, Group, Kind, run_surprise, surprise
from elka.models.base import Moment
from elka.settings import settings

MOST = 200  # groups that anybody can look through
_LEAST_NEWBORN = 5


class PatternMark(SQLModel, table=True):
    """A group that an official knows to be usual (a library, a school), and why."""

    __tablename__ = "pattern_marks"

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    code: str = Field(primary_key=True)
    note: str
    marked_by: int = Field(foreign_key="people.id", sa_type=sa.BigInteger)
    marked_at: datetime = Field(sa_type=Moment)


# Ballots that stand, with how they were cast. Annulled ones are done with.
_SEEN = """
    seen AS MATERIALIZED (
        SELECT b.id, t.cast_at AS at, t.address_key AS address, t.agent_key AS agent, t.account_at AS made,
            t.proof IS NOT NULL AS proven
        FROM vote_traces t JOIN valid_ballots b USING (contest_id, person_id)
        WHERE t.contest_id = :contest AND b.picks > 0)"""
# Of each group: its ballots, from when to when, accounts not a day old, the most accounts of one day, browsers, proofs.
_FACTS = """
    array_agg(id ORDER BY at, id) AS ballots, min(at) AS began, max(at) AS ended,
    count(*) FILTER (WHERE made > at - interval '1 day') AS fresh,
    count(*) FILTER (WHERE made::date = day) AS one_day, count(DISTINCT agent) AS agents,
    count(*) FILTER (WHERE proven) AS proven"""

# One address, each vote soon after the one before it.
_BURSTS = f"""
WITH {_SEEN}, stepped AS (
    SELECT *, at - lag(at) OVER (PARTITION BY address ORDER BY at, id) <= make_interval(mins => :minutes) AS soon
    FROM seen WHERE address IS NOT NULL),
crowds AS (
    SELECT *, count(*) FILTER (WHERE soon IS NOT TRUE) OVER (PARTITION BY address ORDER BY at, id) AS crowd FROM stepped),
large AS (
    SELECT address, crowd, mode() WITHIN GROUP (ORDER BY made::date) AS day FROM crowds
    GROUP BY address, crowd HAVING count(*) >= :least),
usual AS (SELECT avg(n) AS usual FROM (SELECT count(*) AS n FROM crowds GROUP BY address, crowd) AS sizes)
SELECT address, crowd, {_FACTS}, (SELECT usual FROM usual) AS usual
FROM crowds JOIN large USING (address, crowd) GROUP BY address, crowd"""  # noqa: S608  of our own constants

_ADDRESSES = f"""
WITH {_SEEN}, large AS (
    SELECT address, mode() WITHIN GROUP (ORDER BY made::date) AS day FROM seen
    WHERE address IS NOT NULL GROUP BY address HAVING count(*) >= 2 * :least),
usual AS (SELECT avg(n) AS usual FROM (SELECT count(*) AS n FROM seen WHERE address IS NOT NULL GROUP BY address) AS sizes)
SELECT address, {_FACTS}, (SELECT usual FROM usual) AS usual FROM seen JOIN large USING (address) GROUP BY address"""  # noqa: S608  of our own constants

# Ten minutes against the contest's median ten minutes.
_TEMPO = f"""
WITH {_SEEN}, paced AS (SELECT *, date_bin('10 minutes', at, 'epoch') AS part FROM seen),
parts AS (SELECT part, count(*) AS n, mode() WITHIN GROUP (ORDER BY made::date) AS day FROM paced GROUP BY part),
usual AS (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) AS usual, count(*) AS parts FROM parts),
large AS (SELECT part, day FROM parts, usual WHERE n >= 2 * :least AND n > :times * usual AND parts >= 6)
SELECT part, {_FACTS}, (SELECT usual FROM usual) AS usual FROM paced JOIN large USING (part) GROUP BY part"""  # noqa: S608  of our own constants

# Accounts made minutes before they voted, one after another.
_NEWBORN = f"""
WITH {_SEEN}, born AS (SELECT * FROM seen WHERE made > at - interval '15 minutes'),
stepped AS (SELECT *, at - lag(at) OVER (ORDER BY at, id) <= interval '30 minutes' AS soon FROM born),
crowds AS (SELECT *, count(*) FILTER (WHERE soon IS NOT TRUE) OVER (ORDER BY at, id) AS crowd FROM stepped),
large AS (SELECT crowd, mode() WITHIN GROUP (ORDER BY made::date) AS day, min(at) AS since, max(at) AS till
    FROM crowds GROUP BY crowd HAVING count(*) >= :newborn)
SELECT min(at) AS since, {_FACTS},
    (SELECT count(*) FROM born)::float / (SELECT greatest(count(*), 1) FROM seen)
        * (SELECT count(*) FROM seen s WHERE s.at BETWEEN large.since AND large.till) AS usual
FROM crowds JOIN large USING (crowd) GROUP BY crowd, large.since, large.till"""  # noqa: S608  of our own constants

# Equal ballots one after another in the order of casting.
_SAME = f"""
WITH {_SEEN}, marked AS (
    SELECT ballot_id AS id, bit_xor(hashint8extended(application_id, 7 + 1009 * coalesce(place, 0) + coalesce(points, 0))) AS picks, count(*) AS n
    FROM valid_votes WHERE contest_id = :contest GROUP BY ballot_id),
lined AS (SELECT s.*, m.picks, m.n, row_number() OVER (ORDER BY at, s.id) AS place FROM seen s JOIN marked m USING (id)),
crowds AS (
    SELECT *, place - row_number() OVER (PARTITION BY picks, n ORDER BY place) AS crowd FROM lined),
shares AS (SELECT picks, n, count(*)::float / (SELECT count(*) FROM seen) AS share FROM lined GROUP BY picks, n),
large AS (SELECT picks, n, crowd, mode() WITHIN GROUP (ORDER BY made::date) AS day FROM crowds
    GROUP BY picks, n, crowd HAVING count(*) >= :run)
SELECT min(id) AS first, {_FACTS}, share AS usual
FROM crowds JOIN large USING (picks, n, crowd) JOIN shares USING (picks, n) GROUP BY picks, n, crowd, share"""  # noqa: S608  of our own constants


def groups_of(session: Session, contest_id: int) -> list[Group]:
    """Return the crowds of a contest, the most unusual first; no queries more for a large contest than for a small one."""
    site = settings()
    values = {
        "contest": contest_id,
        "minutes": site.burst_minutes,
        "least": site.burst_address,
        "times": site.burst_times,
        "newborn": _LEAST_NEWBORN,
        "run": LEAST_RUN,
    }
    everybody = session.execute(
        sa.text(f"WITH {_SEEN} SELECT count(*) FROM seen"),  # noqa: S608
        {"contest": contest_id},
    ).scalar_one()
    found: list[Group] = []
    for kind, query, key_of in _QUERIES:
        rows = session.execute(sa.text(query), values)
        found += [_scored(_group(contest_id, kind, key_of(row), row), everybody) for row in rows]
    bursts = {one.ballots for one in found if one.kind is Kind.BURST}
    shown = [one for one in found if one.score >= LEAST and not (one.kind is Kind.ADDRESS and one.ballots in bursts)]
    return sorted(shown, key=lambda one: (-one.score, one.began, one.key))[:MOST]


def _group(contest_id: int, kind: Kind, key: str, row: Any) -> Group:
    code = hmac.digest(settings().key(), f"pattern:{contest_id}:{kind}:{key}".encode(), "sha256").hex()[:16]
    return Group(
        kind=kind,
        key=code,
        ballots=tuple(row.ballots),
        began=row.began,
        ended=row.ended,
        fresh=row.fresh,
        one_day=row.one_day,
        agents=row.agents,
        proven=row.proven,
        usual=float(row.usual or 0),
    )


def _scored(one: Group, everybody: int) -> Group:
    """Say how unusual a group is. New accounts in it count once more: by themselves they are rare, and cheap to make."""
    if one.kind is Kind.SAME:
        return replace(one, score=run_surprise(one.size, one.usual, everybody))
    # One large crowd among few votes would be its own measure.
    usual = one.usual if one.kind in (Kind.TEMPO, Kind.NEWBORN) else min(one.usual, settings().burst_address / 4)
    score = surprise(one.size, max(usual, 1.0))
    if one.kind in (Kind.BURST, Kind.ADDRESS):
        score += surprise(one.fresh, 1.0)
    return replace(one, score=score)


def marks_of(session: Session, contest_id: int) -> dict[str, PatternMark]:
    """Return the groups that are known to be usual, by their codes."""
    rows = session.execute(sa.select(PatternMark).where(sa.column("contest_id") == contest_id)).scalars()
    return {one.code: one for one in rows}


def cast_facts(session: Session, contest_id: int, ballots: list[int]) -> Iterator[tuple[int, datetime, datetime, bool]]:
    """Give of each ballot when it was cast, when its account was made and whether a proof was done; nothing of picks."""
    rows = session.execute(
        sa.text(
            "SELECT b.id, t.cast_at, t.account_at, t.proof IS NOT NULL AS proven FROM vote_traces t "
            "JOIN ballots b USING (contest_id, person_id) "
            "WHERE t.contest_id = :contest AND b.id = ANY (CAST(:ballots AS bigint[])) ORDER BY t.cast_at, b.id"
        ),
        {"contest": contest_id, "ballots": ballots},
    )
    for row in rows:
        yield row.id, row.cast_at, row.account_at, row.proven


_QUERIES: tuple[tuple[Kind, str, Callable[[Any], str]], ...] = (
    # A burst is named by its first ballot too: what is usual of a library by day is not so by night.
    (Kind.BURST, _BURSTS, lambda row: f"{row.address.hex()}:{row.ballots[0]}"),
    (Kind.ADDRESS, _ADDRESSES, lambda row: row.address.hex()),
    (Kind.TEMPO, _TEMPO, lambda row: row.part.isoformat()),
    (Kind.NEWBORN, _NEWBORN, lambda row: row.since.isoformat()),
    (Kind.SAME, _SAME, lambda row: str(row.first)),
)
