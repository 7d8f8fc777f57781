"""What stands, tried by raw SQL as whoever has the database would: no way round by a step back, by emptying, after the seal."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka import doctor
from elka.core.lifecycle import NEXT, ContestStage
from elka.db import Work
from elka.models.result_corrections import CorrectionStatus
from elka.models.result_versions import version_in_force
from tests import factories
from tests.browser import commit
from tests.corrected import a_day_after, asked, corrected, in_order
from tests.voted import closed, published, voted

S = ContestStage
BACK = [
    (S.VOTING, S.ADMISSION),
    (S.VOTING, S.ACCEPTING),
    (S.EXPERT, S.DRAFT),
    (S.DECISION, S.VOTING),
    (S.DECISION, S.EXPERT),
    (S.AWARDED, S.DECISION),
    (S.CLOSED, S.AWARDED),
    (S.CANCELLED, S.VOTING),
]
UNMADE = {
    "unpublished": "UPDATE contests SET published_at = NULL WHERE id = :id",
    "cancelled after all": "UPDATE contests SET stage = 'cancelled', cancel_reason = 'Передумали' WHERE id = :id",
    "another seed": "UPDATE contests SET draw_seed = 'mine' WHERE id = :id",
    "a vote out": "DELETE FROM votes WHERE contest_id = :id",
    "a vote in": (
        "INSERT INTO votes (ballot_id, application_id, contest_id) "
        "SELECT b.id, a.id, b.contest_id FROM ballots b, applications a WHERE b.contest_id = :id AND a.contest_id = :id "
        "ON CONFLICT DO NOTHING"
    ),
    "a ballot in": (
        "INSERT INTO ballots (contest_id, person_id, receipt, cast_at, changed_at) "
        "SELECT :id, p.id, 'AAAA-AAAA-AAAA', now(), now() FROM people p "
        "WHERE NOT EXISTS (SELECT FROM ballots b WHERE b.contest_id = :id AND b.person_id = p.id) LIMIT 1"
    ),
}


def assert_refused(work: Work, statement: str, **values: object) -> None:
    with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
        work.session.execute(sa.text(statement), values)


@pytest.mark.parametrize(("stage", "back"), BACK)
def test_a_stage_is_not_taken_back(work: Work, stage: ContestStage, back: ContestStage) -> None:
    """Else two statements would change the rules of an open vote: back to admission, another limit, and on again."""
    contest = factories.contest(work, factories.official(work), stage=stage, cancel_reason="Денег нет")
    work.session.flush()
    assert_refused(work, "UPDATE contests SET stage = :back WHERE id = :id", back=back.value, id=contest.id)


def test_every_move_of_a_contest_is_let_through(work: Work) -> None:
    official = factories.official(work)
    for stage, then in NEXT.items():
        for step in then:
            contest = factories.contest(work, official, stage=stage)
            work.session.flush()
            work.session.execute(
                sa.text("UPDATE contests SET stage = :step, cancel_reason = 'Денег нет' WHERE id = :id"),
                {"step": step.value, "id": contest.id},
            )
            work.session.refresh(contest)
            assert contest.stage is step


@pytest.mark.parametrize("how", UNMADE)
def test_published_results_are_not_unmade(work: Work, how: str) -> None:
    made = published(work)
    assert_refused(work, UNMADE[how], id=made.contest.id)


@pytest.mark.parametrize("how", ["a vote out", "a vote in", "a ballot in", "another seed"])
def test_sealed_ballots_are_all_that_was_cast(work: Work, how: str) -> None:
    made = closed(work)
    assert_refused(work, UNMADE[how], id=made.contest.id)


def test_until_the_seal_votes_come_and_go(work: Work) -> None:
    made = voted(work)
    votes, cast = "SELECT count(*) FROM votes WHERE contest_id = :id", {"id": made.contest.id}
    assert work.session.execute(sa.text(votes), cast).scalar_one() > 0
    work.session.execute(sa.text(UNMADE["a vote out"]), cast)
    assert work.session.execute(sa.text(votes), cast).scalar_one() == 0
    work.session.execute(
        sa.text(
            "INSERT INTO votes (ballot_id, application_id, contest_id) "
            "SELECT min(b.id), :entry, :id FROM ballots b WHERE b.contest_id = :id"
        ),
        {**cast, "entry": made.entries[0].id},
    )
    assert work.session.execute(sa.text(votes), cast).scalar_one() == 1


@pytest.mark.parametrize("table", doctor.NEVER_EMPTIED)
def test_no_table_of_a_vote_is_emptied(work: Work, table: str) -> None:
    """TRUNCATE passes by whatever guards the rows."""
    assert_refused(work, f"TRUNCATE {table} CASCADE")


@pytest.mark.usefixtures("own_files")
def test_a_correction_is_still_signed(work: Work) -> None:
    made = a_day_after(work)
    row = corrected(work, made, factories.official(work), asked(in_order(made)[0]))
    assert row.status is CorrectionStatus.SIGNED
    assert version_in_force(work.session, made.contest.id).number == 2


def test_doctor_finds_what_was_changed_past_the_triggers(work: Work) -> None:
    made = published(work)
    commit(work)
    assert doctor.roots().ok
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # as an intruder with full rights
    work.session.execute(sa.text("DELETE FROM votes WHERE application_id = :id"), {"id": made.entries[0].id})
    commit(work)
    found = doctor.roots()
    assert (found.ok, found.detail) == (False, f"changed since the close: contests [{made.contest.id}]")
