"""Annulling ballots: two people, a ground, a trace; and everybody who counts agrees."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from elka import doctor
from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import Denied, Invalid, NotFound, Refused, SignInNeeded
from elka.models.annulments import AnnulmentsClosed, Decided, OwnBallot, SamePerson, Taken
from elka.models.contests import Contest
from elka.models.people import Person
from elka.state import annulments
from elka.state.contest_history import history_rows
from elka.state.contest_rows import figures_of
from elka.state.office_tasks import tasks_of
from elka.state.results import FOUND, ResultsState
from elka.state.votes import VotesState
from tests import factories
from tests.annulled import (
    FORM,
    GROUND,
    NO,
    WORDS,
    YES,
    act,
    annulled,
    ballots_of,
    close,
    counted,
    journal,
    proposed,
    publish,
    still_open,
    told,
)
from tests.publications import checked, content, publication, written
from tests.voted import Vote, voted
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")


@pytest.fixture
def made(work: Work) -> Vote:
    return still_open(work)


def test_two_officials_annul_and_everybody_who_counts_agrees(work: Work, made: Vote, second: Person) -> None:
    victim = made.voters[0]  # chose all four projects
    row = proposed(work, made, victim)
    assert work.session.scalar(sa.text("SELECT count(*) FROM valid_votes")) == 8
    act(work, second)
    annulments.decide(work, row.id, YES)
    assert work.session.scalar(sa.text("SELECT count(*) FROM valid_votes")) == 4
    assert work.session.scalar(sa.text("SELECT count(*) FROM votes")) == 8  # nothing is lost
    [facts] = journal(work, "ballots.annulled")
    assert (facts["ballots"], facts["ground"], facts["proposed_by"]) == (1, GROUND, made.official.id)
    assert len(facts["list"]) == 64
    assert told(work, victim) == ["Ваш бюллетень аннулирован"]
    assert told(work, made.voters[1]) == []
    close(work, made)
    assert counted(work) == [(2, 4)]
    assert publication(work, made.contest.id).ballots == 3  # sealed as cast
    publish(work, made)
    assert journal(work, "contest.published")[0]["annulled"] == facts["list"]
    assert any("Аннулировано: 1 бюллетень" in plain(one.text) for one in history_rows(work, made.contest.id))
    assert [one.name for one in doctor.invariants() if not one.ok] == []


def test_the_published_file_tells_of_it_and_is_verified(work: Work, made: Vote, second: Person) -> None:
    annulled(work, made, second, made.voters[0])
    close(work, made)
    publish(work, made)
    row = written(work, made.contest.id)
    report = checked(row)
    assert report.ok, [one.text for one in report.checks if not one.ok]
    assert (report.ballots, report.annulled, report.votes) == (2, 1, 4)
    assert checked(row, receipt=made.receipts[0]).ground == GROUND
    assert checked(row, receipt=made.receipts[1]).counted
    assert journal(work, "ballots.annulled")[0]["list"] in content(row)


def test_after_the_seal_the_count_is_made_anew(work: Work, made: Vote, second: Person) -> None:
    close(work, made)
    assert counted(work) == [(3, 8)]
    root = publication(work, made.contest.id).root
    annulled(work, made, second, made.voters[0])
    assert counted(work) == []
    publish(work, made)
    assert counted(work) == [(2, 4)]
    assert publication(work, made.contest.id).root == root
    report = checked(written(work, made.contest.id))
    assert report.ok
    assert report.annulled == 1


def test_a_receipt_says_on_what_ground(work: Work, made: Vote, second: Person) -> None:
    annulled(work, made, second, made.voters[0])
    work.actor = GUEST
    check = ResultsState._check_receipt
    assert check(work, made.contest.id, {"receipt": made.receipts[0]}) == GROUND
    assert check(work, made.contest.id, {"receipt": made.receipts[1]}) == FOUND


def test_the_second_person_has_a_task_until_it_is_decided(work: Work, made: Vote, second: Person) -> None:
    def tasks(who: Person) -> list[str]:
        act(work, who)
        return [plain(row.title) for row in tasks_of(work, Contest.id == made.contest.id)]

    row = proposed(work, made, made.voters[0])
    assert tasks(second) == ["1 решение о голосах ждёт второго человека"]
    assert tasks(made.official) == []
    act(work, second)
    annulments.decide(work, row.id, NO)
    assert tasks(second) == []


def test_nobody_is_both(work: Work, made: Vote) -> None:
    row = proposed(work, made, made.voters[0])
    for form in (YES, NO):
        with pytest.raises(SamePerson):
            annulments.decide(work, row.id, form)
    assert row.waits


def test_nobody_decides_on_their_own_ballot(work: Work, made: Vote, second: Person) -> None:
    for official in (made.official, second):
        act(work, official)
        VotesState._cast(work, made.contest.id, [made.entries[0].id])
    act(work, made.official)
    with pytest.raises(OwnBallot):
        annulments.propose(work, made.contest.id, ballots_of(work, made.official), FORM)
    row = proposed(work, made, second, made.voters[0])
    act(work, second)
    with pytest.raises(OwnBallot):
        annulments.decide(work, row.id, YES)
    third = factories.official(work)
    act(work, third)
    assert annulments.decide(work, row.id, YES).confirmed


@pytest.mark.parametrize("deed", ["propose", "decide", "lift", "answer"])
def test_strangers_and_other_places_are_refused(work: Work, made: Vote, second: Person, deed: str) -> None:
    waits = proposed(work, made, made.voters[1])
    done = annulled(work, made, second, made.voters[0])
    act(work, made.voters[0])
    objection = annulments.object_to(work, made.contest.id, {"words": "Я живой человек и голосовал сам."})
    calls: dict[str, Callable[[], object]] = {
        "propose": lambda: annulments.propose(work, made.contest.id, ballots_of(work, made.voters[2]), FORM),
        "decide": lambda: annulments.decide(work, waits.id, YES),
        "lift": lambda: annulments.propose_lift(work, done.id, {"words": WORDS}),
        "answer": lambda: annulments.answer_objection(work, objection.id, {"answer": "Оставлено в силе."}),
    }
    for who in (made.voters[2], made.author, factories.official(work, place="Сургут")):
        act(work, who)
        with pytest.raises(Denied):
            calls[deed]()
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        calls[deed]()


def test_a_decline_needs_a_reason_and_changes_nothing(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, made.voters[0])
    act(work, second)
    with pytest.raises(Refused) as refused:
        annulments.decide(work, row.id, {"confirmed": "false", "answer": "нет"})
    assert set(refused.value.fields) == {"answer"}
    annulments.decide(work, row.id, NO)
    assert work.session.scalar(sa.text("SELECT count(*) FROM valid_ballots")) == 3
    assert journal(work, "ballots.annulment_declined")[0]["answer"] == NO["answer"]
    assert told(work, made.voters[0]) == []
    with pytest.raises(Decided):
        annulments.decide(work, row.id, YES)


def test_nothing_is_annulled_after_publication(work: Work, made: Vote, second: Person) -> None:
    waits = proposed(work, made, made.voters[1])
    done = annulled(work, made, second, made.voters[0])
    close(work, made)
    publish(work, made)
    calls: list[Callable[[], object]] = [
        lambda: annulments.propose(work, made.contest.id, ballots_of(work, made.voters[2]), FORM),
        lambda: annulments.decide(work, waits.id, YES),
        lambda: annulments.propose_lift(work, done.id, {"words": WORDS}),
    ]
    act(work, second)
    for call in calls:
        with pytest.raises(AnnulmentsClosed):
            call()
    act(work, made.voters[0])
    with pytest.raises(AnnulmentsClosed):
        annulments.object_to(work, made.contest.id, {"words": "Я живой человек и голосовал сам."})


def test_ballots_are_named_once(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, made.voters[0])
    with pytest.raises(Taken):
        proposed(work, made, made.voters[0], made.voters[1])
    act(work, second)
    annulments.decide(work, row.id, YES)
    with pytest.raises(Taken):
        proposed(work, made, made.voters[0])
    with pytest.raises(Taken):
        annulments.propose(work, made.contest.id, [2**40], FORM)
    with pytest.raises(Refused):
        annulments.propose(work, made.contest.id, [], FORM)


def test_ballots_of_another_contest_are_none(work: Work, made: Vote) -> None:
    other = voted(work)
    work.now -= timedelta(hours=1)
    act(work, made.official)
    with pytest.raises(Taken):
        annulments.propose(work, made.contest.id, ballots_of(work, other.voters[0]), FORM)


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        (None, {"ground", "words"}),
        ({"ground": "bots", "words": "мало"}, {"words"}),
        ({"ground": "lift", "words": WORDS}, {"ground"}),
        ({"ground": 5, "words": WORDS}, {"ground"}),
        ({"ground": ["bots"], "words": WORDS * 100}, {"ground", "words"}),
    ],
)
def test_garbage_is_no_proposal(work: Work, made: Vote, form: object, fields: set[str]) -> None:
    act(work, made.official)
    with pytest.raises(Invalid) as refused:
        annulments.propose(work, made.contest.id, ballots_of(work, made.voters[0]), form)
    assert set(refused.value.fields) == fields


@pytest.mark.parametrize("garbage", [None, "", "x", -1, 0, 2**70, True, 1.5, [], {}, 10**9])
def test_garbage_is_no_annulment(work: Work, made: Vote, garbage: object) -> None:
    act(work, made.official)
    for call in (
        lambda: annulments.decide(work, garbage, YES),
        lambda: annulments.propose_lift(work, garbage, {"words": WORDS}),
        lambda: annulments.answer_objection(work, garbage, {"answer": "Оставлено в силе."}),
        lambda: annulments.lift_objected(work, garbage, {"words": WORDS}),
    ):
        with pytest.raises(NotFound):
            call()


def test_figures_of_an_open_vote_leave_annulled_ballots_out(work: Work, second: Person, made: Vote) -> None:
    work.session.execute(sa.text("ALTER TABLE contests DISABLE TRIGGER rules_stand"))
    contest = work.session.get_one(Contest, made.contest.id)
    contest.figures_hidden = False
    work.session.flush()
    work.session.execute(sa.text("ALTER TABLE contests ENABLE TRIGGER rules_stand"))
    ids = [one.id for one in made.entries]
    before = figures_of(work, contest, ids)
    annulled(work, made, second, made.voters[0])
    after = figures_of(work, contest, ids)
    assert [plain(before[key]) for key in ids] == ["3 голоса", "2 голоса", "2 голоса", "1 голос"]
    assert [plain(after[key]) for key in ids] == ["2 голоса", "1 голос", "1 голос", "0 голосов"]
