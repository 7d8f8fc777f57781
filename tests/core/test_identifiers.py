"""Phones, e-mails, ages."""

from datetime import date

import pytest

from elka.core import identifiers as ids


@pytest.mark.parametrize(
    "text", ["8 (982) 123-45-67", "+7 982 123 45 67", "79821234567", "982-123-45-67", " +7(982)1234567 "]
)
def test_a_russian_phone_has_one_stored_form(text):
    assert ids.normal_phone(text) == "+79821234567"


def test_a_foreign_phone_keeps_its_country():
    assert ids.normal_phone("+375 29 123-45-67") == "+375291234567"


@pytest.mark.parametrize("text", ["", "нет", "123", "+7 982 123-45", "8 000 000-00-00", "+7 982 123-45-67 89"])
def test_what_cannot_be_called_is_refused_in_russian(text):
    with pytest.raises(ids.BadPhone, match="номер") as refusal:
        ids.normal_phone(text)
    assert "phone" in refusal.value.fields


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (" Maria.K@Mail.RU ", "maria.k@mail.ru"),
        ("мария@почта.рф", "мария@почта.рф"),
        ("Resident@Demo.elka.invalid", "resident@demo.elka.invalid"),
    ],
)
def test_an_email_has_one_stored_form(text, stored):
    assert ids.normal_email(text) == stored


@pytest.mark.parametrize(
    "text", ["", "maria", "maria@", "@mail.ru", "a b@mail.ru", "maria@mail..ru", "maria@mail", "a@b.invalid"]
)
def test_what_is_no_address_is_refused_in_russian(text):
    with pytest.raises(ids.BadEmail, match="Проверьте адрес") as refusal:
        ids.normal_email(text)
    assert "email" in refusal.value.fields


@pytest.mark.parametrize(
    ("email", "shown"), [("maria@mail.ru", "m••••a@mail.ru"), ("ab@x.ru", "a••••@x.ru"), ("a@x.ru", "a••••@x.ru")]
)
def test_a_masked_email(email, shown):
    assert ids.mask_email(email) == shown


@pytest.mark.parametrize(
    ("phone", "shown"), [("+79821234567", "+7 ••• •••-••-67"), ("+375291234567", "+3••• •••67"), ("+7", "•••")]
)
def test_a_masked_phone(phone, shown):
    assert ids.mask_phone(phone) == shown


@pytest.mark.parametrize(
    ("birth", "day", "age"),
    [
        (date(2012, 5, 10), date(2026, 5, 9), 13),
        (date(2012, 5, 10), date(2026, 5, 10), 14),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_age(birth, day, age):
    assert ids.age_on(birth, day) == age
