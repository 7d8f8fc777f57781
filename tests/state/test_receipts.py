"""A receipt of a ballot is looked up in published results: counted, or unknown, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Refused, TooOften
from elka.models.contests import ContestStage
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.browser import commit, sent, shown_to
from tests.voted import voted

S = ContestStage


def test_a_receipt_is_counted_or_unknown(work: Work) -> None:
    made = voted(work)
    work.now -= timedelta(days=1)
    other = factories.contest(work, made.official, stage=S.VOTING)
    work.actor = GUEST
    check = ResultsState._check_receipt
    receipt = made.receipts[0]
    assert check(work, made.contest.id, {"receipt": receipt})
    assert check(work, made.contest.id, {"receipt": f" {receipt.lower().replace('-', ' ')} "})
    assert not check(work, made.contest.id, {"receipt": "0000-0000-0000"})
    assert not check(work, other.id, {"receipt": receipt})
    work.actor = factories.actor(work, made.voters[0])
    VotesState._cast(work, made.contest.id, [])  # taken back: counted no more
    assert not check(work, made.contest.id, {"receipt": receipt})


@pytest.mark.parametrize("garbage", [None, "x", [], {}, {"receipt": None}, {"receipt": 5}, {"receipt": "Ж" * 5000}])
def test_garbage_is_no_receipt(work: Work, garbage: object) -> None:
    made = voted(work)
    with pytest.raises(Refused) as refused:
        ResultsState._check_receipt(work, made.contest.id, garbage)
    assert set(refused.value.fields) == {"receipt"}


def test_receipts_are_not_found_by_trying(work: Work) -> None:
    made = voted(work)
    work.actor = factories.actor(work, made.author)
    asked = made.contest.id, {"receipt": "0000-0000-0000"}
    for _ in range(30):
        ResultsState._check_receipt(work, *asked)
    with pytest.raises(TooOften):
        ResultsState._check_receipt(work, *asked)
    work.actor, work.address = GUEST, "10.0.0.7"
    for _ in range(300):
        ResultsState._check_receipt(work, *asked)
    with pytest.raises(TooOften):
        ResultsState._check_receipt(work, *asked)


async def test_the_answer_to_a_receipt_holds_nothing_else(work: Work) -> None:
    made = voted(work)
    commit(work)
    page = shown_to(ResultsState, path=f"/contests/{made.contest.id}")
    await page.load_head()
    await sent(page)
    page._get_root_state()._clean()
    await page.check_receipt({"receipt": made.receipts[1]})
    delta = await sent(page)
    assert delta["receipt"] == "found"
    assert set(delta) <= {"receipt", "errors"}
    await page.check_receipt({"receipt": "nonsense"})
    assert (page.receipt, list(page.errors)) == ("", ["receipt"])
