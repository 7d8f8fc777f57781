"""Versions of results: what the database itself refuses, and many officials at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from elka import keeping, publishing
from elka.core.actor import SYSTEM, Actor
from elka.db import Work, work_as
from elka.errors import Refused
from elka.models.result_corrections import ResultCorrection
from elka.models.result_versions import ResultVersion, digest_of, edition_of, facts_of, version_in_force
from elka.state import result_corrections
from tests import factories
from tests.browser import commit
from tests.corrected import asked, in_order
from tests.models.test_votes_race import ask
from tests.voted import Vote, published

pytestmark = pytest.mark.usefixtures("own_files")

AT_ONCE = 8


@pytest.fixture
def connections(empty: sa.Engine) -> Iterator[sa.Engine]:
    engine = sa.create_engine(empty.url, poolclass=sa.NullPool)
    yield engine
    engine.dispose()


def signed(work: Work, made: Vote) -> ResultCorrection:
    """Publish twice: a version 2 is in force."""
    work.actor = factories.actor(work, made.official)
    row = result_corrections.propose(work, made.contest.id, asked(in_order(made)[0]))
    commit(work)
    assert publishing.make(made.contest.id)
    keeping.keep(made.contest.id, now=work.now)
    work.actor = factories.actor(work, factories.official(work))
    work.now += timedelta(hours=1)
    assert result_corrections.sign(work, row.id, row.foreseen)
    work.session.flush()
    return row


STANDS = {
    "a version changed": "UPDATE result_versions SET digest = repeat('a', 64) WHERE number = 1",
    "a version deleted": "DELETE FROM result_versions WHERE number = 2",
    "outcomes of a version changed": "UPDATE outcome_versions SET title = 'x' WHERE number = 1",
    "outcomes of a version deleted": "DELETE FROM outcome_versions WHERE number = 2",
    "outcomes of a version added": """
        INSERT INTO outcome_versions SELECT contest_id, number, application_id + 100000, title, facts
        FROM outcome_versions WHERE number = 1 LIMIT 1""",
    "a file changed": "UPDATE version_files SET sha256 = repeat('a', 64)",
    "a file deleted": "DELETE FROM version_files",
    "an outcome changed": "UPDATE outcomes SET won = NOT won",
    "an outcome as it was before": """
        UPDATE outcomes o SET won = (v.facts ->> 'won')::boolean, rank = (v.facts ->> 'rank')::integer
        FROM outcome_versions v WHERE v.application_id = o.application_id AND v.number = 1""",
    "an outcome deleted": "DELETE FROM outcomes",
    "a count changed": "UPDATE counts SET spent = spent + 1",
    "a count deleted": "DELETE FROM counts",
    "a correction deleted": "DELETE FROM result_corrections",
    "words changed": "UPDATE result_corrections SET words = 'Совсем другие слова'",
    "decided again": "UPDATE result_corrections SET status = 'declined', answer = 'Передумали сегодня'",
    "a version out of turn": """
        INSERT INTO result_versions SELECT contest_id, 4, published_at, count, withdrawn, digest, digest, NULL
        FROM result_versions WHERE number = 2""",
    "a version without a correction": """
        INSERT INTO result_versions SELECT contest_id, 3, published_at, count, withdrawn, digest, digest, NULL
        FROM result_versions WHERE number = 2""",
    "a version by a correction that was used": """
        INSERT INTO result_versions SELECT contest_id, 3, published_at, count, withdrawn, digest, digest, correction_id
        FROM result_versions WHERE number = 2""",
}


@pytest.mark.parametrize("change", STANDS)
def test_nothing_that_was_published_is_changed(work: Work, change: str) -> None:
    signed(work, published(work))
    with pytest.raises(sa.exc.DBAPIError) as refused, work.session.begin_nested():
        work.session.execute(sa.text(STANDS[change]))
    assert isinstance(refused.value, sa.exc.IntegrityError), refused.value
    work.session.rollback()


NEVER = {
    "one person as both": "UPDATE result_corrections SET status = 'signed', decided_by = proposed_by, decided_at = now()",
    "signed by nobody": "UPDATE result_corrections SET status = 'signed', decided_at = now()",
    "declined without a reason": """
        UPDATE result_corrections SET status = 'declined', decided_at = now(),
            decided_by = (SELECT max(id) FROM people WHERE id <> proposed_by)""",
    "two that wait": """
        INSERT INTO result_corrections (contest_id, base, ground, words, withdrawn, returned, ballots, batches, foreseen,
            status, proposed_by, proposed_at, answer)
        SELECT contest_id, base, ground, words, withdrawn, returned, ballots, batches, foreseen, status, proposed_by,
            proposed_at, answer FROM result_corrections""",
    "signed from the start": """
        INSERT INTO result_corrections (contest_id, base, ground, words, withdrawn, returned, ballots, batches, foreseen,
            status, proposed_by, proposed_at, decided_by, decided_at, answer)
        SELECT contest_id, base, ground, words, withdrawn, returned, ballots, batches, foreseen, 'signed', proposed_by,
            proposed_at, (SELECT max(id) FROM people), now(), answer FROM result_corrections""",
    "a version by what is not signed": """
        INSERT INTO result_versions SELECT v.contest_id, 2, v.published_at, v.count, v.withdrawn, v.digest, v.digest, c.id
        FROM result_versions v JOIN result_corrections c USING (contest_id)""",
    "another base": "UPDATE result_corrections SET base = 2",
    "ballots annulled by the way": """
        INSERT INTO annulments (contest_id, ground, words, pattern, size, proposed_by, proposed_at, answer)
        SELECT contest_id, 'court', words, '', 1, proposed_by, proposed_at, '' FROM result_corrections""",
}


@pytest.mark.parametrize("change", NEVER)
def test_a_correction_takes_two_people_and_one_turn(work: Work, change: str) -> None:
    made = published(work)
    factories.official(work)
    work.actor = factories.actor(work, made.official)
    result_corrections.propose(work, made.contest.id, asked(in_order(made)[0]))
    with pytest.raises(sa.exc.IntegrityError), work.session.begin_nested():
        work.session.execute(sa.text(NEVER[change]))
    work.session.rollback()


def test_before_publication_the_database_takes_no_correction(work: Work) -> None:
    made = published(work)
    work.session.execute(sa.text("ALTER TABLE contests DISABLE TRIGGER stage_stands"))
    work.session.execute(sa.text("UPDATE contests SET published_at = NULL, stage = 'decision'"))
    with pytest.raises(sa.exc.IntegrityError, match="only published results"), work.session.begin_nested():
        work.session.execute(
            sa.text(
                "INSERT INTO result_corrections (contest_id, base, ground, words, withdrawn, returned, ballots, batches, "
                "foreseen, status, proposed_by, proposed_at, answer) VALUES (:id, 1, 'note', 'Ошибка в тексте', '{}', '{}', "
                "'{}', '{}', repeat('a', 64), 'proposed', :by, now(), '')"
            ),
            {"id": made.contest.id, "by": made.official.id},
        )
    work.session.rollback()


def test_digests_are_chained_and_cover_every_outcome(work: Work) -> None:
    made = published(work)
    signed(work, made)
    for number in (1, 2):
        version = work.session.get_one(ResultVersion, (made.contest.id, number))
        edition = edition_of(work.session, made.contest, number)
        assert edition is not None
        facts = list(
            work.session.execute(
                sa.text(
                    "SELECT facts FROM outcome_versions WHERE contest_id = :id AND number = :number "
                    "ORDER BY (facts ->> 'rank')::integer"
                ),
                {"id": made.contest.id, "number": number},
            ).scalars()
        )
        assert digest_of(version, facts) == version.digest
        facts[0] = {**facts[0], "won": not facts[0]["won"]}
        assert digest_of(version, facts) != version.digest
        told = work.session.execute(sa.select(edition.outcomes).where(edition.own)).scalars().all()
        assert {one.application_id for one in told} == {one.id for one in made.entries}
    current = version_in_force(work.session, made.contest.id)
    assert current is not None
    assert current.count == facts_of(current.counted)


def at_once(number: int, call) -> list[bool]:  # type: ignore[no-untyped-def]
    """Call from many threads at the same moment; True for each that was not refused."""
    gate = Barrier(number)

    def run(place: int) -> bool:
        gate.wait(timeout=30)
        try:
            return bool(call(place))
        except Refused:
            return False

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(run, range(number)))


def ground(work: Work, connections: sa.Engine) -> tuple[Vote, list[Actor]]:
    made = published(work)
    officials = [factories.actor(work, factories.official(work)) for _ in range(AT_ONCE)]
    commit(work)
    publishing.make(made.contest.id)
    keeping.keep(made.contest.id, now=work.now)
    return made, officials


def test_of_many_proposals_at_once_one_waits(work: Work, connections: sa.Engine) -> None:
    made, officials = ground(work, connections)
    form = asked(in_order(made)[0])
    commit(work)

    def propose(place: int) -> bool:
        with work_as(officials[place], now=work.now, bind=connections) as other:
            return result_corrections.propose(other, made.contest.id, form).waits

    assert sum(at_once(AT_ONCE, propose)) == 1
    assert ask(connections, "SELECT count(*) FROM result_corrections") == [(1,)]


def test_of_many_signatures_at_once_one_makes_a_version(work: Work, connections: sa.Engine) -> None:
    made, officials = ground(work, connections)
    work.actor = factories.actor(work, made.official)
    row = result_corrections.propose(work, made.contest.id, asked(in_order(made)[0]))
    correction, seen, later = row.id, row.foreseen, work.now + timedelta(hours=1)
    commit(work)

    def decide(place: int) -> bool:
        with work_as(officials[place], now=later, bind=connections) as other:
            if place % 4 == 3:
                result_corrections.decline(other, correction, {"answer": "Это не основание."})
                return True
            return result_corrections.sign(other, correction, seen)

    assert sum(at_once(AT_ONCE, decide)) == 1
    [(status,)] = ask(connections, "SELECT status FROM result_corrections")
    versions = ask(connections, "SELECT count(*) FROM result_versions")
    assert versions == [(2 if status == "signed" else 1,)]
    keys = "'contest.corrected', 'contest.correction_declined'"
    assert ask(connections, f"SELECT count(*) FROM journal WHERE key IN ({keys})") == [(1,)]


def test_files_are_kept_once_whoever_makes_them(work: Work, connections: sa.Engine) -> None:
    """Jobs of two workers keep the files of version 1 while an official signs version 2: every file is of its own version."""
    made = published(work)
    second = factories.actor(work, factories.official(work))
    work.actor = factories.actor(work, made.official)
    row = result_corrections.propose(work, made.contest.id, asked(in_order(made)[0]))
    contest, correction, seen, now = made.contest.id, row.id, row.foreseen, work.now
    commit(work)
    publishing.make(contest)

    def act(place: int) -> bool:
        if place % 2:
            try:
                return bool(keeping.keep(contest, now=now + timedelta(hours=2)))
            except sa.exc.IntegrityError:
                return False  # another job was quicker by a moment; the next minute finds nothing to do
        with work_as(second, now=now + timedelta(hours=1), bind=connections) as other:
            return result_corrections.sign(other, correction, seen)

    at_once(AT_ONCE, act)
    with work_as(SYSTEM, bind=connections) as other:
        current = version_in_force(other.session, contest)
    assert current is not None
    if current.number == 1:
        with work_as(second, now=now + timedelta(hours=1), bind=connections) as other:
            assert result_corrections.sign(other, correction, seen)
    publishing.make(contest)
    keeping.keep(contest, now=now + timedelta(hours=2))
    assert ask(connections, "SELECT number, count(*) FROM version_files GROUP BY 1 ORDER BY 1") == [(1, 4), (2, 4)]
