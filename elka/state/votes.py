"""Voting: what a voter does with a ballot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import reflex as rx

from elka import clock, limits
from elka.core.identifiers import age_on
from elka.core.receipts import receipt_code
from elka.core.record_ids import SHORT, record_id
from elka.db import GUEST, Work, in_thread, work_as
from elka.errors import NotNow, Refused, SignInNeeded, WrongStage
from elka.models.sign_in import actors_of
from elka.models.vote_refusals import BallotAnnulled, NotConfirmed, NotOnBallot, ProofNeeded, Unreadable
from elka.models.votes import MOST_PICKS, MOST_POINTS, Cast, Wanted, cast_ballot, cast_ballots
from elka.settings import settings
from elka.state import vote_guard
from elka.state.ballots import BallotState
from elka.state.base import Asker, Events, Flow
from elka.state.vote_guard import ProofAsked
from elka.together import Apart, Together

MOST_TOGETHER = 100  # ballots of one unit of work: the next ones wait for no longer than these take
SAID = {"new": "Голос учтён", "changed": "Выбор изменён", "empty": "Голоса отозваны", "same": "Голос уже учтён"}


class VotesState(Flow, rx.State):
    """Casting a ballot. ``attempt`` grows with each answer, ``accepted`` tells what the last one was.

    ``challenge``: the answer was a question, solved by the browser, which then casts again by itself; empty otherwise.
    """

    contest: int = 0
    receipt: str = ""
    said: str = ""
    accepted: bool = False
    attempt: int = 0
    challenge: dict[str, Any] = {}

    @rx.event
    async def cast(
        self, contest_id: int, application_ids: list[int], points: list[int] | None = None, proof: str = ""
    ) -> Events:
        """Cast the whole ballot: in the order of preference where it is ranked, with ``points`` where they are shared.

        ``proof``: the answer to the last challenge, if one was asked.
        """
        self.accepted = False
        if self.challenge:
            self.challenge = {}
        events = await self._run(self._cast, contest_id, application_ids, points or [], proof, then=self._accept)
        self.attempt += 1
        return events

    async def _work(self, flow: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Cast ballots that come at the same moment in one unit of work; all else as ever.

        A ballot with a proof is cast by itself: if it is refused, all is undone and the proof is good for once more.
        """
        asker = self._asker()
        if flow is VotesState._cast and not args[3]:
            with suppress(Apart):
                return await RUSH.ask(_id(args[0]), Paper(asker, args))
        return await self._work_for(asker, flow, *args, **kwargs)

    @staticmethod
    def _cast(work: Work, contest_id: object, application_ids: object, points: object = (), proof: object = "") -> Cast:
        """Make these applications the voter's whole ballot; the receipt proves that it is counted."""
        limits.hit("vote", account=work.person())
        wanted = _wanted(work, contest_id, application_ids, points, proof)
        try:
            return cast_ballot(work.session, _id(contest_id), wanted)
        except ProofNeeded as needed:
            raise vote_guard.asked(work, _id(contest_id)) from needed

    def _accept(self, cast: Cast) -> None:
        self.contest, self.accepted = cast.contest_id, True
        self.receipt = cast.receipt if cast.answer != "empty" else ""  # an empty ballot is not counted
        self.said = SAID[cast.answer]

    def _refused(self, refused: Refused) -> Events:
        """Say why; what the browser holds is mended with what the refusal tells."""
        if isinstance(refused, ProofAsked):  # a state of the ballot, not a trouble
            self.errors, self.challenge = {}, refused.challenge.facts()
            return None
        events = super()._refused(refused)
        told = events if isinstance(events, list) else [events]
        if isinstance(refused, NotOnBallot):
            return [*told, rx.call_script(f"window.elkaBallot?.drop({refused.application_id})")]
        if isinstance(refused, WrongStage | BallotAnnulled):
            return [*told, BallotState.load]
        return told


@dataclass(frozen=True, slots=True)
class Paper:
    """A ballot as a browser has sent it: what ``VotesState._cast`` takes."""

    asker: Asker
    args: tuple[Any, ...]


async def _cast_together(contest_id: int, papers: list[Paper]) -> list[Cast | Exception]:
    return await in_thread(lambda: _cast_all(contest_id, papers))


def _cast_all(contest_id: int, papers: list[Paper]) -> list[Cast | Exception]:
    """Cast ballots of one contest in one transaction; a refusal is the answer of its own ballot, which has written nothing.

    Locks are taken in the order of voters, by this worker and by others, so that no two wait for each other.
    """
    answers: dict[int, Cast | Exception] = {}  # by place among the papers, as all below
    with work_as() as together:
        works = _works(together, papers)
        first: dict[int, int] = {}
        for place, work in enumerate(works):
            voter = work.actor.person_id
            if voter is None:
                answers[place] = SignInNeeded()
            elif first.setdefault(voter, place) != place:
                answers[place] = Apart()  # another tab of the same voter: after the first one
        places = [first[voter] for voter in sorted(first)]
        wanted: dict[int, Wanted] = {}
        for place, often in zip(places, _too_often(sorted(first)), strict=True):
            try:
                if often is not None:
                    raise often
                wanted[place] = _wanted(works[place], *papers[place].args)
            except Refused as refused:
                answers[place] = refused
        cast = cast_ballots(together.session, contest_id, list(wanted.values())) if wanted else []
        for place, answer in zip(wanted, cast, strict=True):
            asked = isinstance(answer, ProofNeeded)
            answers[place] = vote_guard.asked(works[place], contest_id) if asked else answer
    return [answers[place] for place in range(len(papers))]


RUSH = Together(_cast_together, most=MOST_TOGETHER)


def _works(together: Work, papers: list[Paper]) -> list[Work]:
    """Return for each paper a work of whoever has sent it, in the transaction of all."""
    askers = [paper.asker for paper in papers]
    actors = actors_of(together.session, [asker.sign_in for asker in askers if asker.sign_in], together.now)
    return [
        Work(
            together.session,
            actors.get(asker.sign_in or b"", GUEST),
            asker.arrived,
            address=asker.address,
            user_agent=asker.user_agent,
        )
        for asker in askers
    ]


def _too_often(voters: list[int]) -> Sequence[Refused | None]:
    try:
        return limits.hit_each("vote", voters)
    except NotNow as away:
        return [away] * len(voters)


def _wanted(work: Work, contest_id: object, application_ids: object, points: object, proof: object) -> Wanted:
    """Read a ballot as it came from somebody signed in; raise what speaks against it before the contest is asked."""
    voter, contest_id = work.person(), _id(contest_id)
    chosen, given = _picks(application_ids), _points(points)
    if not work.actor.confirmed or work.actor.birth_date is None:
        raise NotConfirmed
    return Wanted(
        voter,
        age=age_on(work.actor.birth_date, clock.local(work.now).date()),
        chosen=chosen,
        points=given or None,
        receipt=receipt_code(settings().key(), contest_id, voter),
        now=work.now,
        trace=vote_guard.trace_for(work, contest_id, proof),
    )


def _id(value: object) -> int:
    """Read the id of a contest that a browser sent; PostgreSQL's integer, as the lock's key is one."""
    return record_id(value, below=SHORT)


def _picks(value: object) -> list[int]:
    """Read what a browser sent as a ballot: distinct ids, not too many."""
    if not isinstance(value, list) or len(value) > MOST_PICKS:
        raise Unreadable
    picks = [pick for pick in value if isinstance(pick, int) and not isinstance(pick, bool) and 0 < pick < 2**63]
    if len(picks) != len(value) or len(set(picks)) != len(picks):
        raise Unreadable
    return picks


def _points(value: object) -> list[int]:
    """Read the points that a browser sent: whole numbers from 1 on, as many as there may be projects."""
    if not isinstance(value, list | tuple) or len(value) > MOST_PICKS:
        raise Unreadable
    points = [one for one in value if isinstance(one, int) and not isinstance(one, bool) and 0 < one <= MOST_POINTS]
    if len(points) != len(value):
        raise Unreadable
    return points
