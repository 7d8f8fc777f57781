"""A person's record: what others see, what is left after erasing, who may see it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from elka.core.actor import GUEST, Role
from elka.db import Work
from elka.errors import NotFound
from elka.models.people import ERASED_NAME, AgeGroup, Person, age_group
from elka.models.places import UnknownPlace, find_settlement, settlement_labels
from tests import factories


def test_without_a_consent_to_publication_the_surname_stays_at_home(work: Work) -> None:
    person = factories.person(work, first_name="Мария", last_name="Кузнецова", patronymic="Андреевна")
    assert (person.name, person.full_name) == ("Мария Кузнецова", "Кузнецова Мария Андреевна")
    person.name_is_public = False
    assert person.name == "Мария"


def test_erasing_leaves_a_row_without_a_person(work: Work) -> None:
    person = factories.person(work, patronymic="Андреевна", verified_at=work.now)
    person.erase(work.now)
    work.session.flush()
    assert (person.name, person.full_name) == (ERASED_NAME, ERASED_NAME)
    assert (person.email, person.phone, person.password_hash) == ("", "", "!")
    assert person.birth_date == date(1990, 1, 1)
    assert person.erased_at == work.now
    assert person.verified_at is None
    assert Person.by_email(work.session, "") is None


def test_an_address_is_one_persons_among_the_living(work: Work) -> None:
    gone = factories.person(work, email="one@example.org")
    with pytest.raises(IntegrityError), work.session.begin_nested():
        factories.person(work, email="one@example.org")
    gone.erase(work.now)
    work.session.flush()
    assert Person.by_email(work.session, factories.person(work, email="one@example.org").email)


def test_a_record_is_seen_by_its_person_and_administrators(work: Work) -> None:
    person, stranger, official = factories.person(work), factories.person(work), factories.official(work, region=True)
    administrator = factories.person(work)
    factories.grant(work, administrator, Role.ADMINISTRATOR)
    for seer in (person, administrator):
        work.actor = factories.actor(work, seer)
        assert work.get(Person, person.id) is person
    for actor in (GUEST, factories.actor(work, stranger), factories.actor(work, official)):
        work.actor = actor
        with pytest.raises(NotFound):
            work.get(Person, person.id)


@pytest.mark.parametrize(
    ("birth", "group"),
    [
        (date(2012, 11, 24), AgeGroup.CHILD),
        (date(2012, 11, 23), AgeGroup.TEEN),
        (date(2008, 11, 24), AgeGroup.TEEN),
        (date(2008, 11, 23), AgeGroup.ADULT),
    ],
)
def test_what_the_age_allows(birth: date, group: AgeGroup) -> None:
    assert age_group(birth, date(2026, 11, 23)) is group


def test_settlements_are_chosen_by_name(work: Work) -> None:
    labels = settlement_labels(work.session)
    assert len({label for _, label in labels}) == len(labels) == 200
    assert labels[0][1] == "Сургут", "the largest first"
    igrim = factories.settlement(work, "Игрим").id
    for typed in ("Игрим, Берёзовский район", "игрим", " ИГРИМ ", "игрим, березовский район", "пгт. Игрим"):
        assert find_settlement(labels, typed) == igrim
    for typed in ("Игрим, Сургутский район", "", "Москва", "и" * 300):
        with pytest.raises(UnknownPlace):
            find_settlement(labels, typed)


def test_settlements_of_one_name_are_told_apart() -> None:
    labels = [(1, "Мирный, Берёзовский район"), (2, "Мирный, Сургутский район")]
    assert find_settlement(labels, "Мирный, Сургутский район") == 2
    with pytest.raises(UnknownPlace, match="Таких несколько"):
        find_settlement(labels, "Мирный")


def test_two_days_of_birth_apart() -> None:
    assert age_group(date(2012, 2, 29), date(2026, 2, 28)) is AgeGroup.CHILD
    assert age_group(date(2012, 2, 29), date(2026, 2, 28) + timedelta(days=1)) is AgeGroup.TEEN
