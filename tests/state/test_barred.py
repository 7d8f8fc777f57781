"""A page of somebody else's contest says so instead of offering to load it again; a fault still offers that."""

from __future__ import annotations

from typing import Any

import pytest

from elka.db import Work
from elka.models.contests import ContestStage
from elka.state.correction_desk import CorrectionDeskState
from elka.state.exclusive import ExclusiveState
from elka.state.paper import PaperState
from elka.state.vote_watch import VoteWatchState
from tests import factories
from tests.browser import commit, pressed, sent, shown_to, signed_in

PAGES = {PaperState: "paper", ExclusiveState: "exclusive", CorrectionDeskState: "correction", VoteWatchState: "votes"}


@pytest.mark.parametrize("state", PAGES)
async def test_a_stranger_is_told_whose_the_page_is(work: Work, state: Any) -> None:
    official = factories.official(work)
    contest = factories.contest(work, official, stage=ContestStage.VOTING)
    tokens = [signed_in(work, who) for who in (factories.official(work, place="Сургут"), official)]
    commit(work)
    path = f"/office/contests/{contest.id}/{PAGES[state]}"
    for token, status, barred in zip(tokens, ("error", "ready"), (True, False), strict=True):
        page = shown_to(state, token=token, path=path)
        await pressed(page.load())
        got = await sent(page)
        assert (got["status"], got["barred"]) == (status, barred)
        assert ("ведёт другой организатор" in got["fault"]) is barred
