"""Proofs of work before a vote: when one is asked, given out and taken. Not a state.

Whether to ask is decided by the database in the statement that casts (models/vote_traces.py); here is what surrounds it.
A proof is asked, never a refusal: whoever votes from a crowded address votes a few seconds later.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import UTC, datetime

from elka.core import proof
from elka.core.proof import BadProof, Challenge
from elka.db import Work
from elka.errors import Refused
from elka.models import vote_traces
from elka.models.vote_traces import Trace
from elka.settings import settings

SECONDS = 600  # a proof is good for; the weakest phone needs twenty
RHYTHM_SECONDS = 5  # how long the pace of a contest is taken as known, in each process
_MOST = 512
_rhythms: dict[int, tuple[int, bool]] = {}


class ProofAsked(Refused):
    """The vote waits for a proof; ``challenge`` is what to solve. Nothing was written."""

    def __init__(self, challenge: Challenge) -> None:
        """Say what happens, for whoever reads it without our page."""
        super().__init__("Сначала проверим, что голосует человек. Это займёт несколько секунд.")
        self.challenge = challenge


def trace_for(work: Work, contest_id: int, sent: object) -> Trace:
    """Return what the vote is remembered with; a proof that came with it is taken. Raise ProofAsked for one that is wrong.

    A proof that is wrong, expired, used or somebody else's is answered by a fresh challenge: an honest browser that was
    asleep solves that one.
    """
    proven = bool(sent) and _taken(work, contest_id, sent)
    if sent and not proven:
        raise asked(work, contest_id)
    surging = _surging(work, contest_id)
    return vote_traces.trace_of(contest_id, work.address, work.user_agent, surging=surging, proven=proven)


def asked(work: Work, contest_id: int) -> ProofAsked:
    """Make a challenge for the actor's vote in this contest, good for nobody and nothing else."""
    most = settings().proof_work
    return ProofAsked(
        proof.make(
            _key(),
            subject=_subject(work, contest_id),
            number=secrets.randbelow(most + 1),
            most=most,
            salt=secrets.token_hex(12),
            expires=int(work.now.timestamp()) + SECONDS,
        )
    )


def forget_rhythms() -> None:
    """Forget the pace of contests (tests)."""
    _rhythms.clear()


def _taken(work: Work, contest_id: int, sent: object) -> bool:
    try:
        name, expires = proof.check(_key(), sent, subject=_subject(work, contest_id), now=work.now.timestamp())
    except BadProof:
        return False
    return vote_traces.use(work.session, name, datetime.fromtimestamp(expires, UTC))


def _surging(work: Work, contest_id: int) -> bool:
    part = int(work.now.timestamp()) // RHYTHM_SECONDS
    known = _rhythms.get(contest_id)
    if known is not None and known[0] == part:
        return known[1]
    if len(_rhythms) > _MOST:
        _rhythms.clear()
    # Taken as known before it is asked, so that of a hundred votes at once one asks.
    _rhythms[contest_id] = (part, known[1] if known else False)
    surging = vote_traces.surges(work.session, contest_id, work.now)
    _rhythms[contest_id] = (part, surging)
    return surging


def _key() -> bytes:
    return hmac.digest(settings().key(), b"proof", "sha256")


def _subject(work: Work, contest_id: int) -> str:
    return proof.subject_of(_key(), "vote", f"{contest_id}:{work.person()}")
