"""Whose ballot was annulled sees it, objects, and is answered; the ballot counts again or does not."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.core.actor import GUEST
from elka.db import Work
from elka.errors import NotFound, Refused, SignInNeeded, WrongStage
from elka.models.annulments import Objection, SamePerson
from elka.models.people import Person
from elka.models.vote_refusals import BallotAnnulled
from elka.state import annulments
from elka.state.annulled import AnnulledState
from elka.state.votes import VotesState
from tests.annulled import GROUND, WORDS, YES, act, annulled, ballots_of, journal, still_open, told
from tests.voted import Vote
from tests.words import plain

pytestmark = pytest.mark.usefixtures("own_files")


@pytest.fixture
def made(work: Work) -> Vote:
    return still_open(work)


def test_an_objection_is_read_and_the_ballot_counts_again(work: Work, made: Vote, second: Person) -> None:
    victim = made.voters[0]
    done = annulled(work, made, second, victim, made.voters[1])
    act(work, victim)
    page = AnnulledState._own(work, made.contest.id)
    assert (page.ground, plain(page.words), page.may_object) == (GROUND, WORDS, True)
    objection = annulments.object_to(work, made.contest.id, {"words": "Я живой человек и голосовал сам."})
    with pytest.raises(WrongStage):
        annulments.object_to(work, made.contest.id, {"words": "Я живой человек и голосовал сам."})
    readers = set(work.session.scalars(sa.text("SELECT person_id FROM notices WHERE title LIKE 'Возражение%'")))
    assert readers == {made.official.id, second.id}
    act(work, second)
    lift = annulments.lift_objected(work, objection.id, {"words": "Человек объяснил, что голосовал сам."})
    with pytest.raises(SamePerson):
        annulments.decide(work, lift.id, YES)
    act(work, made.official)
    annulments.decide(work, lift.id, YES)
    assert ballots_of(work, victim) == list(
        work.session.scalars(sa.text("SELECT id FROM valid_ballots WHERE person_id = :p"), {"p": victim.id})
    )
    assert work.session.scalar(sa.text("SELECT count(*) FROM valid_ballots")) == 2
    assert told(work, victim)[-1] == "Ваш бюллетень снова в подсчёте"
    work.session.expire_all()
    assert work.session.get_one(Objection, objection.id).answer == "Аннулирование снято."
    assert journal(work, "ballots.restored")[0]["list"] != journal(work, "ballots.annulled")[0]["list"]
    act(work, victim)
    assert VotesState._cast(work, made.contest.id, [made.entries[0].id]).changed  # and it is theirs to change again
    assert AnnulledState._own(work, made.contest.id).lifted
    assert done.size == 2


def test_an_annulment_may_be_let_stand_with_an_answer(work: Work, made: Vote, second: Person) -> None:
    annulled(work, made, second, made.voters[0])
    act(work, made.voters[0])
    objection = annulments.object_to(work, made.contest.id, {"words": "Я живой человек и голосовал сам."})
    act(work, made.official)
    with pytest.raises(Refused):
        annulments.answer_objection(work, objection.id, {"answer": "нет"})
    annulments.answer_objection(work, objection.id, {"answer": "Учётную запись создала программа."})
    with pytest.raises(WrongStage):
        annulments.answer_objection(work, objection.id, {"answer": "Учётную запись создала программа."})
    assert told(work, made.voters[0])[-1] == "Ответ на ваше возражение"
    act(work, made.voters[0])
    assert AnnulledState._own(work, made.contest.id).answer == "Учётную запись создала программа."


def test_only_the_voter_sees_their_ballot_annulled(work: Work, made: Vote, second: Person) -> None:
    annulled(work, made, second, made.voters[0])
    for who in (made.voters[1], made.author, made.official):
        act(work, who)
        with pytest.raises(NotFound):
            AnnulledState._own(work, made.contest.id)
        with pytest.raises(NotFound):
            annulments.object_to(work, made.contest.id, {"words": "Я живой человек и голосовал сам."})
    work.actor = GUEST
    with pytest.raises(SignInNeeded):
        AnnulledState._own(work, made.contest.id)


def test_an_annulled_ballot_is_not_changed(work: Work, made: Vote, second: Person) -> None:
    annulled(work, made, second, made.voters[0])
    act(work, made.voters[0])
    for picks in ([made.entries[0].id], [], [one.id for one in reversed(made.entries[1:])]):
        point = work.session.begin_nested()
        with pytest.raises(BallotAnnulled):
            VotesState._cast(work, made.contest.id, picks)
        point.rollback()
    assert work.session.scalar(sa.text("SELECT count(*) FROM votes")) == 8
