"""The official's page of results: the files that can be taken away once results are published."""

from __future__ import annotations

import pytest

from elka import publishing
from elka.db import Work
from elka.errors import Denied
from elka.state.result_desk import ResultsDeskState
from tests import factories
from tests.browser import commit
from tests.voted import closed, published

pytestmark = pytest.mark.usefixtures("own_files")


def test_files_are_offered_once_they_are_there(work: Work) -> None:
    made = published(work)
    work.actor = factories.actor(work, made.official)
    row = ResultsDeskState._desk(work, made.contest.id).row
    assert (row.is_published, row.has_ballots, row.ballots) == (True, True, "")  # it is being written
    commit(work)
    assert publishing.make(made.contest.id or 0)
    row = ResultsDeskState._desk(work, made.contest.id).row
    assert row.ballots == f"/contests/{made.contest.id}/ballots.pb"


def test_nothing_is_offered_before_the_publication_nor_to_strangers(work: Work) -> None:
    made = closed(work)
    work.actor = factories.actor(work, made.official)
    row = ResultsDeskState._desk(work, made.contest.id).row
    assert (row.has_ballots, row.ballots) == (False, "")
    work.actor = factories.actor(work, factories.official(work, place="Сургут"))
    with pytest.raises(Denied):
        ResultsDeskState._desk(work, made.contest.id)
