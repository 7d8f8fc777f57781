"""A ballot that one comes back to: what was cast elsewhere meanwhile, and that the vote has closed."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.models.contests import Contest, ContestStage
from elka.models.people import Person
from elka.state.ballot_head import BallotHead
from elka.state.ballots import BallotState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in


@pytest.fixture
def vote(work: Work) -> tuple[Contest, Person, list[int]]:
    """Make a contest that votes, a voter and three applications."""
    contest = factories.contest(work, factories.official(work), stage=ContestStage.VOTING, vote_limit=3)
    author = factories.person(work)
    made = [
        factories.application(work, contest, factories.project(work, author, title=title))
        for title in ("Скамейка", "Карусель", "Фонари")
    ]
    return contest, factories.person(work), [one.id for one in made]


async def opened(work: Work, contest: Contest, person: Person) -> BallotState:
    token = signed_in(work, person)
    commit(work)
    state = shown_to(BallotState, token=token, path=f"/contests/{contest.id}/vote")
    async for _ in state.load():
        pass
    await sent(state)
    state._get_root_state()._clean()
    return state


async def test_what_was_cast_on_another_device_is_seen(work: Work, vote: Any) -> None:
    contest, person, ids = vote
    state = await opened(work, contest, person)
    rows = [row.id for row in state.rows]
    assert (state.mine, state.head.receipt) == ([], "")
    work.actor = factories.actor(work, person)
    cast = VotesState._cast(work, contest.id, ids[:2])
    commit(work)
    assert await state.again() is None
    assert sorted(pick.id for pick in state.mine) == sorted(ids[:2])
    assert state.head.receipt == cast.receipt
    assert [row.id for row in state.rows] == rows
    assert state.head.among  # the words of the search stay


async def test_nothing_new_leaves_the_choice_alone(work: Work, vote: Any) -> None:
    contest, person, _ = vote
    state = await opened(work, contest, person)
    await state.again()
    assert "mine" not in await sent(state)  # what is chosen and not sent would be read anew


async def test_a_vote_that_closed_meanwhile_says_so(work: Work, vote: Any) -> None:
    contest, person, _ = vote
    state = await opened(work, contest, person)
    assert state.head.may_choose
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    work.session.execute(
        sa.text(
            "UPDATE contest_phases SET closes_at = now() - interval '1 second' "
            "WHERE contest_id = :id AND kind = 'voting'"
        ),
        {"id": contest.id},
    )
    commit(work)
    await state.again()
    assert (state.head.standing, state.head.may_choose) == ("closed", False)


async def test_a_stranger_s_tab_and_an_empty_one_learn_nothing(work: Work, vote: Any) -> None:
    contest, _, _ = vote
    commit(work)
    empty = shown_to(BallotState, path="/contests/1/vote")
    assert await empty.again() is None
    assert empty.head.id == 0
    hidden = shown_to(BallotState, path="/contests/1/vote")
    hidden.head = BallotHead(id=2**31 - 1)
    assert await hidden.again() is None
    assert hidden.mine == []
    assert contest.id
