"""A copy of all that the site holds of a person: one's own, and no secret."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from elka.db import Work
from elka.errors import TooOften
from elka.models.exports import Export, ExportKind
from elka.models.people import Person
from elka.state.account_copy import copy_of_account
from tests import factories, filled
from tests.accounts import signed_in_maria


@pytest.fixture
def maria(work: Work) -> Person:
    return signed_in_maria(work)


def test_a_copy_holds_ones_own_and_no_secret(work: Work, maria: Person) -> None:
    stranger = factories.person(work, last_name="Чужая", email="stranger@example.org")
    factories.project(work, stranger, title="Чужой проект")
    contest = factories.contest(work, factories.official(work))
    project = factories.project(work, maria, title="Мой проект")
    factories.application(work, contest, project)
    work.session.execute(
        sa.text(
            "INSERT INTO ballots (contest_id, person_id, receipt, cast_at, changed_at) "
            "VALUES (:contest, :person, '7K3M-Q0ZT-X9AB', now(), now())"
        ),
        {"contest": contest.id, "person": maria.id},
    )
    found = json.loads(json.dumps(copy_of_account(work), ensure_ascii=False))
    text = json.dumps(found, ensure_ascii=False)
    assert found["person"]["email"] == "maria@example.org"
    assert [row["title"] for row in found["projects"]] == ["Мой проект"]
    assert [row["contest_id"] for row in found["applications"]] == [contest.id]
    assert found["ballots"]["rows"][0]["receipt"] == "7K3M-Q0ZT-X9AB"
    assert len(found["consents"]) == 3
    for secret in ("argon2", "token_hash", "Чуж", "stranger@", "application_id"):
        assert secret not in text


def test_files_and_exports_are_in_the_copy(work: Work) -> None:
    found = filled.filed(work)
    filled.attachment(work, found.application, name="смета.pdf")
    work.session.add(
        Export(
            contest_id=found.contest.id,
            kind=ExportKind.TABLE,
            asked_by=found.people["official"].id,
            asked_at=work.now,
        )
    )
    work.session.flush()
    work.actor = found.actor(work, "author")
    mine = copy_of_account(work)
    assert ([row["name"] for row in mine["attachments"]], mine["exports"]) == (["смета.pdf"], [])
    work.actor = found.actor(work, "official")
    theirs = copy_of_account(work)
    assert (theirs["attachments"], [row["kind"] for row in theirs["exports"]]) == ([], ["table"])


def test_copies_are_limited(work: Work, maria: Person) -> None:
    for _ in range(20):
        copy_of_account(work)
    with pytest.raises(TooOften):
        copy_of_account(work)
