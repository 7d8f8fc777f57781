"""What the database itself refuses of annulments, whoever asks it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.models.people import Person
from tests.annulled import annulled, ballots_of, close, proposed, publish, still_open
from tests.voted import Vote

pytestmark = pytest.mark.usefixtures("own_files")


@pytest.fixture
def made(work: Work) -> Vote:
    return still_open(work)


def assert_refused(work: Work, statement: str, message: str, **values: object) -> None:
    work.session.flush()
    point = work.session.begin_nested()
    with pytest.raises(sa.exc.IntegrityError, match=message):
        work.session.execute(sa.text(statement), values)
    point.rollback()


def test_the_database_refuses_one_person_as_both(work: Work, made: Vote) -> None:
    row = proposed(work, made, made.voters[0])
    decide = "UPDATE annulments SET decided_by = :who, decided_at = now(), confirmed = true WHERE id = :id"
    assert_refused(work, decide, "two_people", who=made.official.id, id=row.id)
    assert_refused(work, decide, "their own ballot", who=made.voters[0].id, id=row.id)


def test_the_database_keeps_annulments_as_they_were(work: Work, made: Vote, second: Person) -> None:
    row = annulled(work, made, second, made.voters[0])
    ballot = ballots_of(work, made.voters[0])[0]
    assert_refused(work, "DELETE FROM annulments", "never deleted")
    assert_refused(work, "UPDATE annulments SET words = 'иначе'", "decided once")
    assert_refused(work, "UPDATE annulments SET confirmed = false, answer = 'передумали мы'", "decided once")
    assert_refused(work, "DELETE FROM annulment_ballots", "stay as proposed")
    assert_refused(work, "UPDATE ballots SET annulled_by = NULL", "confirmed annulment only")
    other = ballots_of(work, made.voters[1])[0]
    assert_refused(
        work, "UPDATE ballots SET annulled_by = :row WHERE id = :id", "confirmed annulment only", row=row.id, id=other
    )
    assert_refused(work, "DELETE FROM votes WHERE ballot_id = :id", "stands as it was cast", id=ballot)
    insert = "INSERT INTO annulment_ballots VALUES (:row, :ballot, :contest)"
    assert_refused(work, insert, "stay as proposed", row=row.id, ballot=other, contest=made.contest.id)


def test_the_database_refuses_annulments_after_publication(work: Work, made: Vote, second: Person) -> None:
    row = proposed(work, made, made.voters[0])
    close(work, made)
    publish(work, made)
    decide = "UPDATE annulments SET decided_by = :who, decided_at = now(), confirmed = true WHERE id = :id"
    assert_refused(work, decide, "publication", who=second.id, id=row.id)
    insert = (
        "INSERT INTO annulments (contest_id, ground, words, pattern, size, proposed_by, proposed_at, answer) "
        "VALUES (:contest, 'bots', '', '', 1, :who, now(), '')"
    )
    assert_refused(work, insert, "publication", contest=made.contest.id, who=second.id)
