"""The initiative group: inviting, joining, leaving, removing; and what nobody may learn from it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from elka import limits
from elka.core.actor import GUEST, Actor
from elka.db import Work
from elka.errors import Denied, NotFound, Refused, SignInNeeded, TooOften
from elka.models.groups import INVITATION_TERM, LETTERS_A_DAY, Invitation, TooYoung
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.projects import MEMBERS_MAX, GroupMember, Project, ProjectStage
from elka.settings import settings
from elka.state.groups import GroupsState
from elka.state.joining import JoinState, answer_letter, answer_membership, leave
from tests import factories

GARBAGE = [None, "", "x", -1, 0, True, 2**63, 1.5, [], {}]


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    limits.reset()


@pytest.fixture
def author(work: Work) -> Person:
    row = factories.person(work, first_name="Мария", last_name="Кузнецова")
    work.actor = factories.actor(work, row)
    return row


@pytest.fixture
def project(work: Work, author: Person) -> Project:
    return factories.project(work, author, published=False, stage=ProjectStage.IDEA)


def token_of(link: str) -> str:
    return link.removeprefix(f"{settings().origin}/join/")


def letters(work: Work) -> list[Mail]:
    return list(work.session.execute(sa.select(Mail).order_by(Mail.id)).scalars())


def neighbour(work: Work, **fields: Any) -> tuple[Person, Actor]:
    row = factories.person(work, first_name="Илья", last_name="Неттин", **fields)
    return row, factories.actor(work, row)


def test_by_a_link(work: Work, author: Person, project: Project):
    link = GroupsState._make_link(work, project.id).link
    person, work.actor = neighbour(work)
    seen = JoinState._look(work, token_of(link))
    assert (seen.title, seen.standing, seen.signed_in) == ("Лыжня под\u00a0звёздами", "out", True)
    assert JoinState._join(work, token_of(link)).standing == "member"
    assert JoinState._join(work, token_of(link)).standing == "member"
    assert work.session.get(GroupMember, (project.id, person.id)).is_confirmed
    (told,) = letters(work)
    assert told.person_id == author.id
    assert "Илья Неттин" in told.body
    work.actor = factories.actor(work, author)
    group = GroupsState._group(work, project.id)
    assert [(row.name, row.is_author) for row in group.members] == [("Мария Кузнецова", True), ("Илья Неттин", False)]
    assert group.count == "2\u00a0участника"


def test_a_guest_sees_what_it_is_about_and_signs_in_to_join(work: Work, author: Person, project: Project):
    token = token_of(GroupsState._make_link(work, project.id).link)
    work.actor = GUEST
    assert JoinState._look(work, token).signed_in is False
    with pytest.raises(SignInNeeded):
        JoinState._join(work, token)


def test_a_revoked_or_renewed_link_is_dead(work: Work, author: Person, project: Project):
    old = token_of(GroupsState._make_link(work, project.id).link)
    new = token_of(GroupsState._make_link(work, project.id).link)
    assert old != new
    _, guest = neighbour(work)
    work.actor = guest
    with pytest.raises(NotFound, match="больше не действует"):
        JoinState._join(work, old)
    work.actor = factories.actor(work, author)
    assert GroupsState._revoke_link(work, project.id).link == ""
    work.actor = guest
    with pytest.raises(NotFound):
        JoinState._look(work, new)


@pytest.mark.parametrize("token", [*GARBAGE, "1-0-" + "0" * 32, "0-0-", "x" * 5000, "1-1-" + "f" * 32])
def test_garbage_tokens_open_nothing(work: Work, author: Person, project: Project, token: Any):
    GroupsState._make_link(work, project.id)
    for call in (JoinState._look, JoinState._join, JoinState._decline):
        with pytest.raises((NotFound, SignInNeeded)):
            call(work, token)


def test_a_link_of_one_project_does_not_open_another(work: Work, author: Person, project: Project):
    token = token_of(GroupsState._make_link(work, project.id).link)
    other = factories.project(work, author, published=False)
    GroupsState._make_link(work, other.id)
    _, _, proof = token.split("-")
    with pytest.raises(NotFound):
        JoinState._look(work, f"{other.id}-0-{proof}")


def test_a_letter_goes_out_alike_whether_or_not_there_is_an_account(work: Work, author: Person, project: Project):
    person, _ = neighbour(work)
    known = GroupsState._invite(work, project.id, f"  {person.email.upper()} ")
    unknown = GroupsState._invite(work, project.id, "nobody@example.com")
    assert [row.email for row in unknown.letters] == [person.email, "nobody@example.com"]
    assert {row.note for row in unknown.letters} == {known.letters[0].note}
    first, second = letters(work)
    assert (first.person_id, second.person_id) == (None, None)
    assert first.subject == second.subject
    assert "Лыжня" not in first.body  # nothing that was typed into the project
    assert unknown.count == "1\u00a0участник"


def test_the_letter_is_answered_by_its_link_once(work: Work, author: Person, project: Project):
    GroupsState._invite(work, project.id, "nobody@example.com")
    token = letters(work)[0].body.split("/join/")[1].split()[0]
    _, work.actor = neighbour(work)
    assert JoinState._look(work, token).by_letter
    assert JoinState._join(work, token).standing == "member"
    with pytest.raises(NotFound):
        JoinState._look(work, token)


def test_the_letter_is_answered_in_the_cabinet_by_its_addressee_only(work: Work, author: Person, project: Project):
    person, addressee = neighbour(work)
    GroupsState._invite(work, project.id, person.email)
    (letter,) = work.session.execute(sa.select(Invitation)).scalars()
    _, work.actor = neighbour(work)
    with pytest.raises(NotFound):
        answer_letter(work, letter.id, yes=True)
    work.actor = addressee
    answer_letter(work, letter.id, yes=True)
    assert work.session.get(GroupMember, (project.id, person.id)).is_confirmed
    assert work.session.execute(sa.select(Invitation)).scalars().all() == []


def test_an_unconfirmed_address_proves_nothing(work: Work, author: Person, project: Project):
    person, work.actor = neighbour(work, confirmed=False)
    joining = work.actor
    work.actor = factories.actor(work, author)
    GroupsState._invite(work, project.id, person.email)
    (letter,) = work.session.execute(sa.select(Invitation)).scalars()
    work.actor = joining
    with pytest.raises(NotFound):
        answer_letter(work, letter.id, yes=True)


def test_who_declined_is_not_asked_again_by_letter(work: Work, author: Person, project: Project):
    person, addressee = neighbour(work)
    GroupsState._invite(work, project.id, person.email)
    (letter,) = work.session.execute(sa.select(Invitation)).scalars()
    work.actor = addressee
    answer_letter(work, letter.id, yes=False)
    work.actor = factories.actor(work, author)
    assert GroupsState._group(work, project.id).letters[0].note == "Отказ"
    with pytest.raises(Refused, match="отказался"):
        GroupsState._invite(work, project.id, person.email)


def test_an_invitation_lives_a_month(work: Work, author: Person, project: Project):
    GroupsState._invite(work, project.id, "nobody@example.com")
    token = letters(work)[0].body.split("/join/")[1].split()[0]
    work.now += INVITATION_TERM
    with pytest.raises(NotFound):
        JoinState._look(work, token)
    assert GroupsState._group(work, project.id).letters[0].note == "Срок вышел"
    limits.reset()
    GroupsState._invite(work, project.id, "nobody@example.com")
    assert len(letters(work)) == 2


def test_an_open_invitation_is_not_sent_twice(work: Work, author: Person, project: Project):
    GroupsState._invite(work, project.id, "nobody@example.com")
    GroupsState._invite(work, project.id, "nobody@example.com")
    assert len(letters(work)) == 1


def test_letters_are_not_without_end(work: Work, author: Person, project: Project):
    for number in range(LETTERS_A_DAY):
        view = GroupsState._invite(work, project.id, f"n{number}@example.com")
        GroupsState._take_back(work, project.id, view.letters[-1].id)
    with pytest.raises(TooOften):
        GroupsState._invite(work, project.id, "more@example.com")
    work.now += timedelta(days=1, seconds=1)
    GroupsState._invite(work, project.id, "more@example.com")


@pytest.mark.parametrize("email", [*GARBAGE, "a@b", "a b@example.com", "a@example.com\nBcc: b@example.com"])
def test_garbage_addresses_are_refused_at_their_field(work: Work, author: Person, project: Project, email: Any):
    with pytest.raises(Refused) as refused:
        GroupsState._invite(work, project.id, email)
    assert "email" in refused.value.fields
    assert letters(work) == []


def test_inviting_is_the_authors_and_needs_a_confirmed_address(work: Work, author: Person, project: Project):
    with pytest.raises(Refused, match="ваша почта"):
        GroupsState._invite(work, project.id, author.email)
    author.email_confirmed_at = None
    work.actor = factories.actor(work, author)
    with pytest.raises(Denied, match="подтвердите"):
        GroupsState._invite(work, project.id, "nobody@example.com")


def test_children_do_not_join(work: Work, author: Person, project: Project):
    token = token_of(GroupsState._make_link(work, project.id).link)
    _, work.actor = neighbour(work, birth=date(2012, 11, 24))
    with pytest.raises(TooYoung):
        JoinState._join(work, token)
    _, work.actor = neighbour(work, birth=date(2012, 11, 23))
    assert JoinState._join(work, token).standing == "member"


def test_a_group_has_room_for_so_many(work: Work, author: Person, project: Project):
    token = token_of(GroupsState._make_link(work, project.id).link)
    people = [factories.person(work) for _ in range(MEMBERS_MAX - 1)]
    work.session.add_all(
        GroupMember(project_id=project.id, person_id=person.id, invited_at=work.now, confirmed_at=work.now)
        for person in people
    )
    work.session.flush()
    _, work.actor = neighbour(work)
    with pytest.raises(Refused, match="не помещается"):
        JoinState._join(work, token)


@pytest.mark.parametrize("stage", [ProjectStage.ARCHIVED, ProjectStage.REALISED])
def test_a_finished_project_takes_nobody(work: Work, author: Person, project: Project, stage: ProjectStage):
    token = token_of(GroupsState._make_link(work, project.id).link)
    project.stage = stage
    _, work.actor = neighbour(work)
    with pytest.raises(Refused, match="не вступают"):
        JoinState._join(work, token)


def test_a_member_leaves_and_the_author_stays(work: Work, author: Person, project: Project):
    token = token_of(GroupsState._make_link(work, project.id).link)
    person, work.actor = neighbour(work)
    JoinState._join(work, token)
    leave(work, project.id)
    assert work.session.get(GroupMember, (project.id, person.id)) is None
    with pytest.raises(NotFound):
        leave(work, project.id)
    work.actor = factories.actor(work, author)
    with pytest.raises(Refused, match="Автор остаётся"):
        leave(work, project.id)


def test_the_author_removes_a_member_but_not_themself(work: Work, author: Person, project: Project):
    token = token_of(GroupsState._make_link(work, project.id).link)
    person, work.actor = neighbour(work)
    JoinState._join(work, token)
    with pytest.raises(Denied):
        GroupsState._remove(work, project.id, author.id)
    work.actor = factories.actor(work, author)
    with pytest.raises(Refused):
        GroupsState._remove(work, project.id, author.id)
    assert len(GroupsState._remove(work, project.id, person.id).members) == 1
    with pytest.raises(NotFound):
        GroupsState._remove(work, project.id, person.id)


def test_an_unconfirmed_membership_is_answered(work: Work, author: Person, project: Project):
    people = [neighbour(work) for _ in range(2)]
    for person, _ in people:
        work.session.add(GroupMember(project_id=project.id, person_id=person.id, invited_at=work.now))
    work.session.flush()
    assert GroupsState._group(work, project.id).count == "1\u00a0участник"
    work.actor = people[0][1]
    answer_membership(work, project.id, yes=True)
    with pytest.raises(NotFound):
        answer_membership(work, project.id, yes=False)
    work.actor = people[1][1]
    answer_membership(work, project.id, yes=False)
    work.session.flush()
    with pytest.raises(NotFound):
        answer_membership(work, project.id, yes=True)
    work.actor = factories.actor(work, author)
    assert GroupsState._group(work, project.id).count == "2\u00a0участника"


def test_a_duty_is_written_by_its_bearer_or_the_author(work: Work, author: Person, project: Project):
    token = token_of(GroupsState._make_link(work, project.id).link)
    person, work.actor = neighbour(work)
    JoinState._join(work, token)
    GroupsState._set_duty(work, project.id, person.id, "  смета\n и монтаж ")
    assert work.session.get(GroupMember, (project.id, person.id)).duty == "смета и монтаж"
    with pytest.raises(Denied):
        GroupsState._set_duty(work, project.id, author.id, "самозванец")
    with pytest.raises(Refused):
        GroupsState._set_duty(work, project.id, person.id, "я" * 81)


def test_letters_and_the_link_are_the_authors_alone(work: Work, author: Person, project: Project):
    GroupsState._make_link(work, project.id)
    GroupsState._invite(work, project.id, "nobody@example.com")
    token = token_of(GroupsState._group(work, project.id).link)
    _, work.actor = neighbour(work)
    JoinState._join(work, token)
    group = GroupsState._group(work, project.id)
    assert (group.link, group.letters, group.is_author) == ("", [], False)


@pytest.mark.parametrize("key", GARBAGE)
def test_garbage_ids_find_nothing(work: Work, author: Person, project: Project, key: Any):
    for call in (
        lambda: GroupsState._group(work, key),
        lambda: GroupsState._remove(work, project.id, key),
        lambda: GroupsState._take_back(work, project.id, key),
        lambda: GroupsState._set_duty(work, project.id, key, "роль"),
        lambda: answer_letter(work, key, yes=True),
        lambda: answer_membership(work, key, yes=True),
        lambda: leave(work, key),
    ):
        with pytest.raises(NotFound):
            call()


def test_strangers_see_and_do_nothing(work: Work, author: Person, project: Project):
    _, stranger = neighbour(work)
    for actor, expected in ((GUEST, SignInNeeded), (stranger, NotFound)):
        work.actor = actor
        for call in (
            lambda: GroupsState._group(work, project.id),
            lambda: GroupsState._make_link(work, project.id),
            lambda: GroupsState._revoke_link(work, project.id),
            lambda: GroupsState._invite(work, project.id, "nobody@example.com"),
            lambda: GroupsState._remove(work, project.id, author.id),
        ):
            with pytest.raises(expected):
                call()
    assert project.invite_nonce is None
