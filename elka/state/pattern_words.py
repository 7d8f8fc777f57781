"""How a crowd of votes is worded: what it is, why it is shown, how unusual it is. Never for whom anybody voted."""

from __future__ import annotations

from datetime import datetime

from elka import clock
from elka.core.suspicions import Group, Kind
from elka.ui import labels

BALLOTS = ("бюллетень", "бюллетеня", "бюллетеней")
_VOTES = ("голос", "голоса", "голосов")
_OF_ACCOUNTS = ("учётная запись", "учётные записи", "учётных записей")
_STRONG, _CLEAR = 12.0, 6.0  # decimal places: once in 10¹², once in a million


def title_of(one: Group) -> str:
    """Return the reason in one line: «48 голосов за 10 минут с одного адреса»."""
    votes, span = labels.plural(one.size, *_VOTES), span_of(one.began, one.ended)
    return labels.typographer(
        {
            Kind.BURST: f"{votes} за {span} с одного адреса",
            Kind.ADDRESS: f"{votes} с одного адреса за всё голосование",
            Kind.TEMPO: f"{votes} за 10 минут: намного больше, чем обычно в этом конкурсе",
            Kind.NEWBORN: f"{votes} учётных записей, созданных за минуты до голосования",
            Kind.SAME: f"{labels.plural(one.size, 'одинаковый бюллетень', 'одинаковых бюллетеня', 'одинаковых бюллетеней')} подряд",
        }[one.kind]
    )


def reasons_of(one: Group) -> list[str]:
    """Return what else speaks for a look, a line each."""
    said = []
    if one.kind in (Kind.BURST, Kind.ADDRESS) and 0 < 2 * one.usual < one.size:
        said.append(f"Обычно с одного адреса приходит {labels.number(one.usual, 1)}.")
    if one.kind is Kind.TEMPO:
        said.append(f"Обычно за 10 минут приходит {labels.plural(round(one.usual), *_VOTES)}.")
    if one.kind is Kind.SAME and one.usual:
        said.append(f"Таких бюллетеней в конкурсе {labels.number(100 * one.usual, 1)} %: подряд им стоять необычно.")
    if one.one_day == one.size:
        said.append("Все учётные записи созданы в один день.")
    elif one.one_day * 2 > one.size:
        said.append(f"В один день созданы {labels.plural(one.one_day, *_OF_ACCOUNTS)}.")
    if one.fresh == one.size:
        said.append("Все проголосовали в первые сутки после регистрации.")
    elif one.fresh * 4 >= one.size:
        said.append(
            f"В первые сутки после регистрации проголосовали {labels.number(one.fresh)} из {labels.number(one.size)}."
        )
    if one.agents == 1:
        said.append("Браузер у всех одинаковый.")
    if one.proven:
        said.append(f"Проверку, что голосует человек, прошли {labels.number(one.proven)}.")
    return [labels.typographer(line) for line in said]


def weight_of(one: Group) -> tuple[str, str]:
    """Return how unusual it is, and the tone of its badge."""
    if one.score >= _STRONG:
        return "Очень необычно", "red"
    return ("Необычно", "amber") if one.score >= _CLEAR else ("Стоит взглянуть", "grey")


def when_of(began: datetime, ended: datetime) -> str:
    """Return from when to when, in Ugra's time."""
    if clock.local(began).date() == clock.local(ended).date():
        return f"{labels.date(began)}, {labels.time(began)}–{labels.time(ended)}"
    return f"{labels.date_time(began)} – {labels.date_time(ended)}"


def span_of(began: datetime, ended: datetime) -> str:
    """Return how long it took, at least a minute: «10 минут», «3 часа», «2 дня»."""
    minutes = max(1, round((ended - began).total_seconds() / 60))
    if minutes < 120:  # noqa: PLR2004  two hours
        return labels.plural(minutes, "минуту", "минуты", "минут")
    hours = round(minutes / 60)
    if hours < 48:  # noqa: PLR2004  two days
        return labels.plural(hours, "час", "часа", "часов")
    return labels.plural(round(hours / 24), "день", "дня", "дней")
