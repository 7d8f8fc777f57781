"""Russian formats: figures, terms, names, typography."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elka.ui import labels

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)  # 14:05 in Ugra
VOTES = ("голос", "голоса", "голосов")


def plain(text: str) -> str:
    """Make non-breaking spaces plain, so that expectations read well."""
    return text.replace(labels.NBSP, " ")


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (86825, 0, "86 825"),
        (802_034, 0, "802 034"),
        (0, 0, "0"),
        (-3, 0, "−3"),
        (1.25, 1, "1,3"),
        (2.0, 1, "2"),
        (Decimal("0.5"), 0, "1"),
    ],
)
def test_number(value, digits, expected):
    assert plain(labels.number(value, digits)) == expected
    assert " " not in labels.number(value, digits)


@pytest.mark.parametrize(
    ("roubles", "full", "short"),
    [
        (1_200_000, "1 200 000 ₽", "1,2 млн ₽"),
        (115_000_000, "115 000 000 ₽", "115 млн ₽"),
        (1_500_000_000, "1 500 000 000 ₽", "1,5 млрд ₽"),
        (50_000, "50 000 ₽", "50 тыс. ₽"),
        (950, "950 ₽", "950 ₽"),
        (999_999, "999 999 ₽", "1 млн ₽"),
        (999, "999 ₽", "999 ₽"),
        (-2_500_000, "−2 500 000 ₽", "−2,5 млн ₽"),
        (960_000, "960 000 ₽", "960 тыс. ₽"),
        (900_000, "900 000 ₽", "900 тыс. ₽"),
        (Decimal("10.50"), "10,50 ₽", "11 ₽"),
        (0, "0 ₽", "0 ₽"),
    ],
)
def test_money(roubles, full, short):
    assert plain(labels.money(roubles)) == full
    assert plain(labels.money_short(roubles)) == short


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 голосов"),
        (1, "1 голос"),
        (2, "2 голоса"),
        (5, "5 голосов"),
        (11, "11 голосов"),
        (14, "14 голосов"),
        (21, "21 голос"),
        (112, "112 голосов"),
        (1348, "1 348 голосов"),
        (1.5, "1,5 голоса"),
    ],
)
def test_plural(count, expected):
    assert plain(labels.plural(count, *VOTES)) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (92, 100, "92 %"),
        (999, 1000, "99 %"),
        (1000, 1000, "100 %"),
        (1200, 1000, "120 %"),
        (1, 1000, "меньше 1 %"),
        (0, 1000, "0 %"),
        (5, 0, "—"),
    ],
)
def test_share_never_promises_too_much(part, whole, expected):
    assert plain(labels.share(part, whole)) == expected


def test_percent_for_bars_stays_inside():
    assert [labels.percent(part, 200) for part in (-1, 0, 100, 199, 400)] == [0, 0, 50, 99, 100]
    assert labels.percent(1, 0) == 0


def test_change_points_and_sizes():
    assert labels.change(109) == "+109"
    assert labels.change(-3) == "−3"
    assert labels.change(0) == "0"
    assert plain(labels.points(4300)) == "4 300 баллов"
    assert [plain(labels.file_size(n)) for n in (12, 2048, 1_500_000)] == ["12 Б", "2 КБ", "1,4 МБ"]


def test_dates_are_in_the_time_of_ugra():
    assert plain(labels.date(NOW)) == "23 ноября 2026"
    assert plain(labels.date_time(NOW)) == "23 ноября 2026, 14:05"
    assert plain(labels.date(datetime(2026, 12, 31, 20, tzinfo=UTC))) == "1 января 2027"
    assert plain(labels.date(date(2026, 5, 9))) == "9 мая 2026"
    assert plain(labels.deadline(datetime(2026, 2, 14, 18, 59, tzinfo=UTC))) == "до 14 февраля, 23:59"
    assert labels.day_short(date(2026, 1, 5)) == "05.01"


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2026, 11, 12), date(2026, 11, 12), "12 ноября 2026"),
        (date(2026, 11, 12), date(2026, 11, 18), "12–18 ноября 2026"),
        (date(2026, 11, 12), date(2026, 12, 5), "12 ноября — 5 декабря 2026"),
        (date(2026, 12, 12), date(2027, 1, 5), "12 декабря 2026 — 5 января 2027"),
    ],
)
def test_date_range(start, end, expected):
    assert plain(labels.date_range(start, end)) == expected


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        ({"days": 3, "hours": 2}, "через 3 дня"),
        ({"days": 1}, "через 1 день"),
        ({"hours": 4}, "через 4 часа"),
        ({"minutes": 1}, "через 1 минуту"),
        ({"seconds": 20}, "меньше чем через минуту"),
        ({"seconds": -90}, "1 минуту назад"),
    ],
)
def test_until(gap, expected):
    assert plain(labels.until(NOW + timedelta(**gap), NOW)) == expected


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        ({"days": 6, "hours": 4}, "осталось 6 дней 4 часа"),
        ({"days": 21}, "остался 21 день"),
        ({"days": 1, "hours": 1}, "остался 1 день 1 час"),
        ({"hours": 1, "minutes": 30}, "остался 1 час 30 минут"),
        ({"hours": 3}, "осталось 3 часа"),
        ({"minutes": 1}, "осталась 1 минута"),
        ({"minutes": 12}, "осталось 12 минут"),
        ({"seconds": 30}, "осталось меньше минуты"),
        ({"seconds": 0}, "время вышло"),
        ({"days": -1}, "время вышло"),
    ],
)
def test_left(gap, expected):
    assert plain(labels.left(NOW + timedelta(**gap), NOW)) == expected


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        ({"seconds": 5}, "только что"),
        ({"minutes": 5}, "5 минут назад"),
        ({"hours": 2}, "2 часа назад"),
        ({"hours": 20}, "вчера"),
        ({"days": 3}, "3 дня назад"),
        ({"days": 20}, "3 ноября 2026"),
    ],
)
def test_ago(gap, expected):
    assert plain(labels.ago(NOW - timedelta(**gap), NOW)) == expected


def test_people():
    assert labels.initials("Мария Кузнецова") == "МК"
    assert labels.initials("анна-мария") == "А"
    assert labels.initials("Мария", "Кузнецова") == "МК"
    assert labels.initials("  ") == "?"
    assert plain(labels.short_name("Кузнецова", "Мария", "Ивановна")) == "Кузнецова М. И."
    assert plain(labels.short_name("Айваседо", "Илья")) == "Айваседо И."
    assert plain(labels.phone("+79221234567")) == "+7 922 123-45-67"
    assert labels.phone("112") == "112"


def test_listing():
    assert plain(labels.listing(["приём", "проверка", "голосование"])) == "приём, проверка и голосование"
    assert labels.listing(["приём"]) == "приём"
    assert labels.listing([]) == ""


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ('Клуб "Югра" - лучший', "Клуб «Югра»~— лучший"),
        ('"Дом "Очаг" в лесу"', "«Дом „Очаг“ в~лесу»"),
        ("свет на трассе и в парке", "свет на~трассе и~в~парке"),
        ("Мы не против... если бы", "Мы не~против… если~бы"),
        ("5 млн рублей к 14 февраля", "5~млн рублей к~14~февраля"),
        ("школа № 3, 24 %", "школа №~3, 24~%"),
        ("из-за снега", "из-за снега"),
        ("- да", "— да"),
        ('труба 5" толщиной', 'труба 5" толщиной'),
        ("", ""),
    ],
)
def test_typographer(typed, set_):
    assert labels.typographer(typed).replace(labels.NBSP, "~") == set_


@given(st.text(alphabet='абв и"-—«»„“ .0123№%\n', max_size=40))
def test_typographer_twice_is_once(text):
    once = labels.typographer(text)
    assert labels.typographer(once) == once


def test_whole():
    assert [labels.whole(text) for text in ("1 200 000", "1\u00a0200 ₽", " 50 руб.", "-3")] == [1_200_000, 1200, 50, -3]
    with pytest.raises(ValueError, match="invalid literal"):
        labels.whole("много")


def test_a_title_within_quotes_has_quotes_of_the_inner_kind():
    assert plain(f"«{labels.inner('Клуб «Гнездо» и кружок')}»") == "«Клуб „Гнездо“ и кружок»"
    assert labels.inner(labels.inner('Клуб "Гнездо"')) == "Клуб „Гнездо“"


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((9, 9, 8, 9), ["26 %", "26 %", "23 %", "25 %"]),
        ((11, 24), ["31 %", "69 %"]),
        ((1, 999), ["меньше 1 %", "больше 99 %"]),
        ((0, 5), ["0 %", "100 %"]),
        ((0, 0), [labels.DASH, labels.DASH]),
        ((), []),
    ],
)
def test_parts_of_a_whole_add_up(parts, expected):
    assert [plain(text) for text in labels.shares(parts)] == expected


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40).filter(any))
def test_parts_add_up_to_a_hundred_and_each_is_within_one(parts):
    words = {"меньше 1": "0", "больше 99": "100"}
    figures = [plain(text).removesuffix(" %") for text in labels.shares(parts)]
    told = [int(words.get(figure, figure)) for figure in figures]
    assert sum(told) == 100
    assert all(abs(figure - part * 100 / sum(parts)) < 1.000001 for figure, part in zip(told, parts, strict=True))
