"""The journal's chain: sealed in order, and a change, a gap or a swap is found."""

from __future__ import annotations

import sqlalchemy as sa

from elka import doctor
from elka.db import Work, work_as
from elka.state import journal
from tests import filled


def _write(work: Work, number: int) -> None:
    for place in range(number):
        work.record("test.done", "person", place + 1, place=place, name="Игрим")
    work.session.flush()


def test_sealing_is_complete_and_holds(work: Work) -> None:
    _write(work, 7)
    assert journal.seal(work) == 7
    assert journal.seal(work) == 0
    report = journal.check(work)
    assert (report.links, report.unsealed, report.broken_at) == (7, 0, None)
    _write(work, 2)
    assert journal.check(work).unsealed == 2
    assert journal.seal(work) == 2
    assert journal.check(work).broken_at is None


def test_a_changed_entry_is_found(work: Work) -> None:
    _write(work, 5)
    journal.seal(work)
    third = work.session.execute(sa.text("SELECT entry_id FROM journal_seals WHERE position = 3")).scalar_one()
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # as an intruder with full rights
    work.session.execute(sa.text("UPDATE journal SET facts = '{\"place\": 99}' WHERE id = :id"), {"id": third})
    work.session.expire_all()
    assert journal.check(work).broken_at == 3


def test_a_removed_link_is_found(work: Work) -> None:
    _write(work, 5)
    journal.seal(work)
    work.session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    work.session.execute(sa.text("DELETE FROM journal_seals WHERE position = 2"))
    assert journal.check(work).broken_at == 3


def test_only_one_seals_at_a_time(empty: sa.Engine) -> None:
    with work_as(bind=empty) as first:
        _write(first, 3)
    with work_as(bind=empty) as one, work_as(bind=empty) as other:
        assert journal.seal(one) == 3
        assert journal.seal(other) == 0
    with work_as(bind=empty) as work:
        assert journal.check(work).broken_at is None


def test_doctor_finds_nothing_wrong_on_an_empty_site(empty: sa.Engine) -> None:
    findings = [*doctor.basics(), *doctor.invariants()]
    assert [finding for finding in findings if not finding.ok] == []
    assert {"database", "migrations", "jobs", "journal chain", "guards of the database"} <= {f.name for f in findings}


def test_doctor_finds_a_file_that_is_not_on_disk(empty: sa.Engine) -> None:
    with work_as(bind=empty) as work:
        row = filled.attachment(work, filled.filed(work).application)
    bad = [finding for finding in doctor.invariants() if not finding.ok]
    assert [(finding.name, finding.detail) for finding in bad] == [
        ("files of applications", f"not on disk: [{row.id}], 1 in all")
    ]


def test_doctor_finds_a_missing_guard(empty: sa.Engine) -> None:
    with empty.begin() as connection:
        connection.execute(sa.text("ALTER TABLE votes DISABLE TRIGGER counted"))
    try:
        bad = [finding for finding in doctor.invariants() if not finding.ok]
        assert [finding.name for finding in bad] == ["guards of the database"]
        assert "counted" in bad[0].detail
    finally:
        with empty.begin() as connection:
            connection.execute(sa.text("ALTER TABLE votes ENABLE TRIGGER counted"))
