"""The seed of draws: its hash at the announcement, itself when judging opens, so that nobody picks a number for it."""

from __future__ import annotations

from hashlib import sha256

import pytest

from elka import clock
from elka.core.lifecycle import BEFORE_VOTING, ContestStage
from elka.db import Work
from elka.state.contest import ContestState
from tests import factories
from tests.browser import commit, sent, shown_to, signed_in
from tests.words import plain

S = ContestStage
SEED = "3f7a1c0e5b9d4826a1f0c7e2d4b69a58"
PROMISE = sha256(SEED.encode()).hexdigest()
BEFORE = [stage for stage in BEFORE_VOTING if stage is not S.DRAFT]


@pytest.mark.parametrize("stage", BEFORE)
@pytest.mark.parametrize("who", ["guest", "applicant", "official"])
async def test_while_numbers_are_given_out_nobody_reads_it(work: Work, stage: ContestStage, who: str) -> None:
    work.now = clock.now()
    official, applicant = factories.official(work), factories.person(work)
    contest = factories.contest(work, official, stage=stage, draw_seed=SEED)
    token = {"guest": "", "applicant": signed_in(work, applicant), "official": signed_in(work, official)}[who]
    commit(work)
    state = shown_to(ContestState, token=token, path=f"/contests/{contest.id}")
    async for _ in state.load():
        pass
    shown = str(await sent(state))
    assert SEED not in shown
    assert PROMISE in shown


@pytest.mark.parametrize("stage", [S.VOTING, S.EXPERT, S.DECISION])
async def test_from_the_first_ballot_on_everybody_does(work: Work, stage: ContestStage) -> None:
    work.now = clock.now()
    contest = factories.contest(work, factories.official(work), stage=stage, draw_seed=SEED)
    commit(work)
    state = shown_to(ContestState, path=f"/contests/{contest.id}")
    async for _ in state.load():
        pass
    shown = plain(str(await sent(state)).replace("\\xa0", " "))
    assert f"printf '%s' '{SEED}:НОМЕР' | sha256sum" in shown.replace("\\'", "'")
    assert "его SHA-256 опубликован ещё при объявлении" in shown
