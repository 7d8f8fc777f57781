"""Giving many applications to colleagues: evenly, never one's own, and told once."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.models.applications import ApplicationStatus
from elka.models.journal import JournalEntry
from elka.models.notices import Notice, NoticeKind
from elka.state.mass_deeds import carry_out_batch
from tests import factories
from tests.masses import fill, planned
from tests.office import Office, filed, office

A = ApplicationStatus


@pytest.fixture
def desk(work: Work) -> Office:
    return office(work)


def test_giving_shares_evenly_and_counts_what_everybody_has(work: Work, desk: Office) -> None:
    third = factories.official(work)
    for _ in range(3):
        filed(work, desk.contest, assignee_id=desk.official.id)
    fill(work, desk, *[A.SUBMITTED] * 5, A.ADMITTED)
    form = {f"hand-{one.id}": "on" for one in (desk.official, desk.colleague, third)}
    said = planned(work, desk, "give", form=form)
    assert [one.number for one in said.items if one.reason] == [6]
    carry_out_batch(work, said, said.to_do)
    loads = [one.assignee_id for one in desk.filed]
    assert (loads.count(desk.official.id), loads.count(desk.colleague.id), loads.count(third.id)) == (0, 3, 2)


def test_nobody_gets_the_application_of_their_own_project(work: Work, desk: Office) -> None:
    desk.filed.append(filed(work, desk.contest, author=desk.colleague, number=1))
    said = planned(work, desk, "give")
    assert "проект самого сотрудника" in said.items[0].reason
    form = {f"hand-{desk.colleague.id}": "on", f"hand-{desk.official.id}": "on"}
    assert planned(work, desk, "give", form=form).items[0].hand == desk.official.id


def test_what_was_given_is_told_to_the_colleague_once(work: Work, desk: Office) -> None:
    fill(work, desk, *[A.SUBMITTED] * 3)
    said = planned(work, desk, "give")
    carry_out_batch(work, said, said.to_do)
    (notice,) = work.session.execute(
        sa.select(Notice).where(Notice.kind == NoticeKind.OFFICE_TASK, Notice.person_id == desk.colleague.id)
    ).scalars()
    assert (notice.count, notice.href) == (3, f"/office/contests/{desk.contest.id}/applications?who=me")
    entries = work.session.execute(sa.select(JournalEntry).where(JournalEntry.key == "application.given")).scalars()
    assert [entry.facts["to"] for entry in entries] == [desk.colleague.id] * 3


def test_who_takes_for_themselves_is_told_nothing(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED)
    said = planned(work, desk, "give", form={f"hand-{desk.official.id}": "on"})
    carry_out_batch(work, said, said.to_do)
    assert desk.filed[0].assignee_id == desk.official.id
    assert work.session.execute(sa.select(Notice).where(Notice.kind == NoticeKind.OFFICE_TASK)).first() is None


def test_giving_does_not_take_from_who_was_quicker(work: Work, desk: Office) -> None:
    fill(work, desk, A.SUBMITTED, A.SUBMITTED)
    said = planned(work, desk, "give")
    third = factories.official(work)
    desk.filed[0].assignee_id = third.id
    work.session.execute(sa.text("UPDATE role_grants SET revoked_at = now() WHERE person_id = :id"), {"id": third.id})
    outcomes = carry_out_batch(work, said, said.to_do)
    assert ["взял другой" in one.reason for one in outcomes] == [True, False]
    said = planned(work, desk, "give")
    work.session.execute(
        sa.text("UPDATE role_grants SET revoked_at = now() WHERE person_id = :id"), {"id": desk.colleague.id}
    )
    assert "больше не работает" in carry_out_batch(work, said, said.items[:1])[0].reason
