"""Who may correct results, and when: two people, one proposal at a time, and what is signed is what was seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST, SYSTEM
from elka.db import Work
from elka.errors import Denied, Refused, SignInNeeded, WrongStage
from elka.models.annulments import OwnBallot
from elka.models.applications import ApplicationStatus
from elka.models.notices import Notice
from elka.models.people import Person
from elka.models.result_corrections import CorrectionStatus, NotPublished, ResultCorrection, Settled, SignsOwn
from elka.models.result_versions import version_in_force
from elka.state import result_corrections
from elka.state.lifecycle import advance_due
from elka.state.result_corrections import Waits
from elka.state.results import ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.corrected import (
    a_day_after,
    act,
    asked,
    corrected,
    entries_of,
    in_order,
    kept,
    project_of,
    proposed,
    statuses,
)
from tests.voted import Vote, closed, voted
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")
A, C = ApplicationStatus, CorrectionStatus


@pytest.fixture
def made(work: Work) -> Vote:
    return a_day_after(work)


# Who may


def test_nobody_signs_or_declines_their_own(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    kept(work, made)
    act(work, made.official)
    with pytest.raises(SignsOwn):
        result_corrections.sign(work, row.id, row.foreseen)
    with pytest.raises(SignsOwn):
        result_corrections.decline(work, row.id, {"answer": "Передумал, подождём суда."})
    assert row.waits


def test_an_official_of_the_region_may_be_the_second(work: Work, made: Vote) -> None:
    corrected(work, made, factories.official(work, region=True), asked(in_order(made)[0]))
    assert version_in_force(work.session, made.contest.id).number == 2  # type: ignore[union-attr]


def deeds(work: Work, made: Vote, row: ResultCorrection) -> dict[str, Callable[[], object]]:
    form = asked(in_order(made)[1])
    return {
        "preview": lambda: result_corrections.preview(work, made.contest.id, form),
        "propose": lambda: result_corrections.propose(work, made.contest.id, form),
        "sign": lambda: result_corrections.sign(work, row.id, row.foreseen),
        "decline": lambda: result_corrections.decline(work, row.id, {"answer": "Это не основание."}),
        "take back": lambda: result_corrections.take_back(work, row.id),
    }


@pytest.mark.parametrize("deed", ["preview", "propose", "sign", "decline", "take back"])
def test_strangers_residents_and_other_places_are_refused(work: Work, made: Vote, second: Person, deed: str) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    kept(work, made)
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        deeds(work, made, row)[deed]()
    for who in (made.author, factories.person(work), factories.official(work, place="Сургут")):
        act(work, who)
        with pytest.raises(Denied):
            deeds(work, made, row)[deed]()
    assert row.waits
    assert len(entries_of(work, "contest.correction_proposed")) == 1


def test_only_the_proposer_takes_it_back(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Denied, match="тот, кто его сделал"):
        result_corrections.take_back(work, row.id)
    act(work, made.official)
    result_corrections.take_back(work, row.id)
    assert row.status is C.TAKEN_BACK
    for again in (result_corrections.take_back, lambda *asked: result_corrections.sign(*asked, row.foreseen)):
        act(work, second)
        with pytest.raises(Settled):
            again(work, row.id)


def test_declined_with_a_reason_and_nothing_changes(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Refused, match="почему отклоняете"):
        result_corrections.decline(work, row.id, {"answer": "Нет"})
    result_corrections.decline(work, row.id, {"answer": "Отказ заявителя не подписан."})
    assert (row.status, row.answer) == (C.DECLINED, "Отказ заявителя не подписан.")
    assert version_in_force(work.session, made.contest.id).number == 1  # type: ignore[union-attr]
    told = work.session.execute(sa.select(Notice.title).where(Notice.person_id == made.official.id)).scalars()
    assert "Исправление итогов отклонено" in [plain(one) for one in told]
    proposed(work, made, asked(in_order(made)[1]))


# When


def test_before_publication_there_is_nothing_to_correct(work: Work) -> None:
    made = closed(work)
    for call in (result_corrections.propose, result_corrections.preview):
        act(work, made.official)
        with pytest.raises(NotPublished):
            call(work, made.contest.id, asked(made.entries[0]))


def test_one_correction_waits_at_a_time(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Waits):
        result_corrections.propose(work, made.contest.id, asked(in_order(made)[1]))
    kept(work, made)
    act(work, second)
    assert result_corrections.sign(work, row.id, row.foreseen)
    with pytest.raises(Settled):
        result_corrections.sign(work, row.id, row.foreseen)


def test_a_version_is_corrected_when_its_files_lie_in_the_archive(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    act(work, second)
    with pytest.raises(Refused, match="ещё не сохранены в архиве"):
        result_corrections.sign(work, row.id, row.foreseen)
    kept(work, made)
    act(work, second)
    assert result_corrections.sign(work, row.id, row.foreseen)


def test_what_is_signed_is_what_was_seen(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, asked(in_order(made)[0]))
    kept(work, made)
    act(work, second)
    for seen in ("", "0" * 64, None, 5, [], {}):
        with pytest.raises(WrongStage, match="ровно то"):
            result_corrections.sign(work, row.id, seen)
    act(work, made.official)
    result_corrections.take_back(work, row.id)
    with pytest.raises(WrongStage, match="исходные данные изменились"):
        proposed(work, made, asked(in_order(made)[0], seen="0" * 64))
    seen = result_corrections.preview(work, made.contest.id, asked(in_order(made)[0])).digest
    assert proposed(work, made, asked(in_order(made)[0], seen=seen)).foreseen == seen


@pytest.mark.parametrize("moved", ["archived by its author", "being built"])
def test_a_proposal_grows_stale_when_the_facts_change(work: Work, made: Vote, second: Person, moved: str) -> None:
    first, _, loser, _ = in_order(made)
    row = proposed(work, made, asked(first))
    kept(work, made)
    if moved == "being built":
        project_of(work, first).start(work.now)
    else:
        project_of(work, loser).archive(work.now)
    work.session.flush()
    act(work, second)
    assert result_corrections.sign(work, row.id, row.foreseen) is False
    assert row.status is C.STALE
    assert ("уже делают" if moved == "being built" else "в архив") in plain(row.answer)
    assert version_in_force(work.session, made.contest.id).number == 1  # type: ignore[union-attr]
    assert statuses(work, [first]) == [A.WON]
    assert [one["correction"] for one in entries_of(work, "contest.correction_stale")] == [row.id]
    told = work.session.execute(sa.select(Notice.title).where(Notice.person_id == made.official.id)).scalars()
    assert "Исправление итогов устарело" in [plain(one) for one in told]


def test_nobody_corrects_by_their_own_ballot(work: Work) -> None:
    made = voted(work)
    second = factories.official(work)
    work.now -= timedelta(hours=1)
    receipts = []
    for one in (made.official, second):
        act(work, one)
        receipts.append(VotesState._cast(work, made.contest.id, [made.entries[0].id]).receipt)
    work.actor = SYSTEM
    work.now += timedelta(hours=2)
    advance_due(work)
    act(work, made.official)
    ResultsState._publish(work, made.contest.id)
    with pytest.raises(OwnBallot):
        proposed(work, made, asked(ground="ballots", receipts=receipts[0]))
    row = proposed(work, made, asked(ground="ballots", receipts=receipts[1]))
    kept(work, made)
    act(work, second)
    with pytest.raises(OwnBallot):
        result_corrections.sign(work, row.id, row.foreseen)
    act(work, factories.official(work))
    assert result_corrections.sign(work, row.id, row.foreseen)
