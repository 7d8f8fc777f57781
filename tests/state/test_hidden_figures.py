"""Running figures that are hidden: what officials see of suspicious votes tells nothing of what others chose."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from elka.core.suspicions import Kind
from elka.db import Work
from elka.models.contests import Contest, ContestStage
from elka.models.vote_patterns import groups_of
from elka.settings import settings
from elka.state.vote_watch import VoteWatchState, Watch
from tests import factories
from tests.state.test_vote_watch import cast
from tests.words import plain


def watched(work: Work, *, hidden: bool, popular: int) -> tuple[Contest, Watch]:
    """Let friends of an official cast eight equal ballots in a row among forty, ``popular`` of which are the same."""
    official = factories.official(work)
    contest = factories.contest(
        work, official, stage=ContestStage.VOTING, vote_limit=None, figures_hidden=hidden, announced_at=work.now
    )
    author = factories.person(work)
    ballot = [factories.application(work, contest, factories.project(work, author)).id or 0 for _ in range(6)]
    for number in range(40):
        picks = [one for place, one in enumerate(ballot) if (number * 7 + 1) >> place & 1] or ballot[1:2]
        if number % 2 and number < 2 * popular:
            picks = ballot[:1]
        cast(work, contest, picks, age=timedelta(days=100 + number), address=f"10.{number}.1.1")
        work.now += timedelta(minutes=4)
    for number in range(8):
        cast(work, contest, ballot[:1], age=timedelta(days=300 + number), address=f"10.{number}.2.1")
        work.now += timedelta(minutes=4)
    work.actor, work.address = factories.actor(work, official), ""
    return contest, VoteWatchState._watch(work, contest.id)


@pytest.fixture(autouse=True)
def _light(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "proof_work", 1000)


def test_a_run_of_equal_ballots_does_not_tell_how_many_chose_the_same(work: Work) -> None:
    told = []
    for popular in (1, 3):
        contest, watch = watched(work, hidden=True, popular=popular)
        [found] = [one for one in groups_of(work.session, contest.id or 0) if one.kind is Kind.SAME]
        assert found.usual  # the program knows it
        [row] = watch.groups
        assert plain(row.title).startswith("8 одинаковых бюллетеней подряд")
        facts = asdict(row)
        told.append({name: facts[name] for name in ("title", "reasons", "weight", "tone", "size")})
        assert "%" not in str(watch)
        assert not any(sign.isdigit() for sign in watch.row.seen)
    assert told[0] == told[1]


def test_where_figures_are_shown_the_reason_is_told_in_full(work: Work) -> None:
    _, watch = watched(work, hidden=False, popular=1)
    [row] = watch.groups
    assert any(plain(reason).startswith("Таких бюллетеней в конкурсе ") for reason in row.reasons)
    assert plain(watch.row.seen) == "Просмотрено 48 бюллетеней."
