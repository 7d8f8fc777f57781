"""What a vote is remembered with against bursts and bots, apart from what was voted for.

A row a ballot: keyed hashes of the address, of its network and of the kind of browser, under a key of the contest, so
that the same address is another one in another contest and no table leads back to it; when it was cast and when the
account was made; whether a proof of work was asked and done. Never shown to anybody, deleted some weeks after the
publication of the results (``forget_old``; docs/votes-guarded.md says why and for how long).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, Session, SQLModel, col

from elka.core.addresses import networks
from elka.core.browsers import described
from elka.models.base import Moment
from elka.settings import settings

_DIGITS = 12  # bytes: enough that no two addresses of a contest meet


class VoteTrace(SQLModel, table=True):
    """How the ballot that stands was cast last. ``proof``: why a proof of work was asked; None: it was not."""

    __tablename__ = "vote_traces"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["contest_id", "person_id"], ["ballots.contest_id", "ballots.person_id"], name="fk_vote_traces_ballot"
        ),
        sa.Index("ix_vote_traces_time", "contest_id", "cast_at"),
        sa.Index("ix_vote_traces_address", "contest_id", "address_key", "cast_at"),
        sa.Index("ix_vote_traces_net", "contest_id", "net_key", "cast_at"),
    )

    contest_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    person_id: int = Field(primary_key=True, sa_type=sa.BigInteger)
    cast_at: datetime = Field(sa_type=Moment)
    account_at: datetime = Field(sa_type=Moment)
    address_key: bytes | None = None
    net_key: bytes | None = None
    agent_key: bytes | None = None
    proof: str | None = None


class UsedProof(SQLModel, table=True):
    """A proof of work that was taken once, until it would be refused as expired anyway."""

    __tablename__ = "used_proofs"
    __table_args__ = (sa.Index("ix_used_proofs_expires_at", "expires_at"),)

    challenge: bytes = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=Moment)


@dataclass(frozen=True, slots=True)
class Trace:
    """Of one vote that is being cast. ``surging``: the contest gets far more votes than in its own past hour."""

    address_key: bytes | None = None
    net_key: bytes | None = None
    agent_key: bytes | None = None
    surging: bool = False
    proven: bool = False


UNTRACED = Trace()


def guarded(cast: str) -> sa.TextClause:
    """Return the statement that casts ballots unless a proof of work is asked first, and notes their traces: one round trip.

    ``cast``: the call of ``elka_cast`` for a row ``w`` of ``columns``; its first argument is ``:contest``. The contest is
    named to it only when there is nothing to ask, so that no plan of the database can cast before the question is answered.
    A ballot that was annulled is left as it is: the row says so. Of ballots in one statement those that are ahead count as
    cast when an address or a network is asked for its votes.
    """
    held = cast.replace(":contest", "CASE WHEN w.why IS NULL OR w.proven THEN CAST(:contest AS bigint) END", 1)
    return sa.text(f"""
        WITH w AS MATERIALIZED (
            SELECT w.*, CAST(w.picks AS bigint[]) AS chosen, CAST(w.shares AS integer[]) AS points,
                EXISTS (SELECT FROM ballots b WHERE b.contest_id = :contest AND b.person_id = w.voter
                    AND b.annulled_by IS NOT NULL) AS annulled,
                elka_proof_asked(CAST(:contest AS bigint), w.voter, w.address, w.net, w.now, w.surging, :minutes,
                    greatest(:most_address + 1 - row_number() OVER (PARTITION BY w.address ORDER BY w.at), 0)::integer,
                    greatest(:most_net + 1 - row_number() OVER (PARTITION BY w.net ORDER BY w.at), 0)::integer,
                    :most_fresh) AS why
            FROM unnest(CAST(:voters AS bigint[]), CAST(:ages AS integer[]), CAST(:picks AS text[]), CAST(:shares AS text[]),
                CAST(:receipts AS text[]), CAST(:moments AS timestamptz[]), CAST(:addresses AS bytea[]),
                CAST(:nets AS bytea[]), CAST(:agents AS bytea[]), CAST(:surging AS boolean[]), CAST(:proven AS boolean[]))
                WITH ORDINALITY
                AS w (voter, age, picks, shares, receipt, now, address, net, agent, surging, proven, at)
            ORDER BY w.at),
        told AS MATERIALIZED (
            SELECT w.at, c.* FROM w CROSS JOIN LATERAL {held} AS c
            WHERE (w.why IS NULL OR w.proven) AND NOT w.annulled),
        traced AS (
            INSERT INTO vote_traces AS t (contest_id, person_id, cast_at, account_at, address_key, net_key, agent_key, proof)
            SELECT :contest, w.voter, w.now, p.created_at, w.address, w.net, w.agent,
                CASE WHEN w.proven THEN coalesce(w.why, 'given') END
            FROM told JOIN w ON w.at = told.at JOIN people p ON p.id = w.voter WHERE told.answer IN ('new', 'changed')
            ON CONFLICT (contest_id, person_id) DO UPDATE SET
                cast_at = EXCLUDED.cast_at, account_at = EXCLUDED.account_at, address_key = EXCLUDED.address_key,
                net_key = EXCLUDED.net_key, agent_key = EXCLUDED.agent_key, proof = EXCLUDED.proof)
        SELECT w.annulled, w.why, told.* FROM w LEFT JOIN told ON told.at = w.at ORDER BY w.at""")  # noqa: S608  our own call


def columns(traces: Sequence[Trace]) -> dict[str, object]:
    """Return what ``guarded`` binds of the votes' traces, and the thresholds of the question."""
    site = settings()
    return {
        "addresses": [trace.address_key for trace in traces],
        "nets": [trace.net_key for trace in traces],
        "agents": [trace.agent_key for trace in traces],
        "surging": [trace.surging for trace in traces],
        "proven": [trace.proven for trace in traces],
        "minutes": site.burst_minutes,
        "most_address": site.burst_address,
        "most_net": site.burst_net,
        "most_fresh": site.burst_fresh,
    }


def trace_of(contest_id: int, address: str, user_agent: str, *, surging: bool, proven: bool) -> Trace:
    """Return what to remember a vote with; of an unknown address nothing but the browser."""
    key = hmac.digest(settings().key(), f"traces:{contest_id}".encode(), "sha256")

    def keyed(text: str) -> bytes | None:
        return hmac.digest(key, text.encode(), "sha256")[:_DIGITS] if text else None

    one, net = networks(address)
    return Trace(keyed(one), keyed(net), keyed(described(user_agent)), surging=surging, proven=proven)


def surges(session: Session, contest_id: int, now: datetime) -> bool:
    """Whether the last minute brought far more votes than a minute of the contest's own past hour."""
    site = settings()
    minute, hour = now - timedelta(minutes=1), now - timedelta(hours=1, minutes=1)
    last, before = session.execute(
        sa.text(
            "SELECT count(*) FILTER (WHERE cast_at > :minute), count(*) FILTER (WHERE cast_at <= :minute) "
            "FROM vote_traces WHERE contest_id = :contest AND cast_at > :hour"
        ),
        {"contest": contest_id, "minute": minute, "hour": hour},
    ).one()
    return bool(last >= site.burst_floor and last * 60 > site.burst_times * before)


def use(session: Session, challenge: bytes, expires_at: datetime) -> bool:
    """Take a proof; return whether it was there to be taken. Of two at once one waits for the other and gets False."""
    taken = session.connection().execute(
        sa.text("INSERT INTO used_proofs VALUES (:challenge, :expires) ON CONFLICT DO NOTHING"),
        {"challenge": challenge, "expires": expires_at},
    )
    return bool(taken.rowcount)


def forget_old(session: Session, now: datetime) -> dict[str, int]:
    """Delete traces of contests published (or cancelled) long enough ago, and proofs that have expired."""
    until = now - timedelta(days=settings().traces_days)
    traces: Any = session.execute(
        sa.text(
            "DELETE FROM vote_traces t USING contests c WHERE c.id = t.contest_id "
            "AND (c.published_at < :until OR (c.stage = 'cancelled' AND t.cast_at < :until))"
        ),
        {"until": until},
    )
    proofs: Any = session.execute(sa.delete(UsedProof).where(col(UsedProof.expires_at) < now))
    return {"traces": traces.rowcount, "proofs": proofs.rowcount}


def forget_person(session: Session, person_id: int) -> None:
    """Delete the traces of somebody who erases their account."""
    session.execute(sa.delete(VoteTrace).where(col(VoteTrace.person_id) == person_id))
