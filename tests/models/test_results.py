"""Counting by the rules of a contest."""

from __future__ import annotations

from elka.db import Work
from elka.models.applications import ApplicationStatus
from elka.models.contests import ContestStage
from elka.models.results import counted, kept, replace, same
from elka.models.votes import Ballot, Vote
from tests import factories


def test_only_what_stands_on_the_ballot_is_counted(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=ContestStage.DECISION, budget=400_000)
    first, gone, silent = (
        factories.application(work, contest, factories.project(work, official), status=status)
        for status in (ApplicationStatus.ADMITTED, ApplicationStatus.WITHDRAWN, ApplicationStatus.ADMITTED)
    )
    factories.application(
        work, contest, factories.project(work, official), status=ApplicationStatus.REJECTED, ground="-"
    )
    for number, picks in enumerate(([first.id, gone.id], [gone.id], [])):
        ballot = Ballot(
            contest_id=contest.id,
            person_id=factories.person(work).id,
            receipt=f"R{number}",
            cast_at=work.now,
            changed_at=work.now,
        )
        work.session.add(ballot)
        work.session.flush()
        work.session.add_all(Vote(ballot_id=ballot.id, application_id=key, contest_id=contest.id) for key in picks)
    work.session.flush()
    count, outcomes = counted(work.session, contest, work.now)
    assert (count.ballots, count.votes, count.spent, count.rule) == (2, 1, 300_000, "greedy")
    assert [(one.application_id, one.won, one.reason) for one in outcomes] == [
        (first.id, True, "won"),
        (silent.id, False, "no_votes"),
    ]


def test_a_count_is_replaced_whole_and_equal_ones_are_known(work: Work) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=ContestStage.DECISION)
    entry = factories.application(work, contest, factories.project(work, official))
    assert kept(work.session, contest.id) == (None, [])
    for _ in range(2):
        fresh = counted(work.session, contest, work.now)
        replace(work.session, *fresh)
        assert same(kept(work.session, contest.id), counted(work.session, contest, work.now))
    entry.amount += 1
    work.session.flush()
    assert not same(kept(work.session, contest.id), counted(work.session, contest, work.now))
    assert not same(kept(work.session, contest.id), (None, []))
