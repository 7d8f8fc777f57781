"""How figures, money, dates and people are written in Russian.

Pure Python: states call it to fill the rows they send to the page.
Every date that carries a time zone is shown in the time of Ugra. Spaces inside a figure or a date do not break.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date as Date  # noqa: N812 - `date` is the name of the format below
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

ZONE = ZoneInfo("Asia/Yekaterinburg")
NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
DASH = "\N{EM DASH}"

_RU = Locale.parse("ru")
_FORM = {"one": 0, "few": 1, "many": 2, "other": 1}
_UNITS = ((1_000_000_000, "млрд"), (1_000_000, "млн"), (1_000, "тыс."))
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_DAYS = ("день", "дня", "дней")
_HOURS = ("час", "часа", "часов")
_MINUTES = ("минуту", "минуты", "минут")


# Figures


def number(value: float | Decimal, digits: int = 0) -> str:
    """Write ``86825`` as ``86 825``; ``digits`` is the most decimals to show. A true minus sign for negatives."""
    pattern = "#,##0" if digits == 0 else "#,##0." + "#" * digits
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return str(format_decimal(rounded, pattern, locale=_RU)).replace("-", MINUS)


def form(count: float | Decimal, one: str, few: str, many: str) -> str:
    """Choose the form that agrees with ``count``: 1 голос, 2 голоса, 5 голосов, 1,5 голоса."""
    plain = int(count) if count == int(count) else count
    return (one, few, many)[_FORM[_RU.plural_form(abs(plain))]]


def plural(count: float | Decimal, one: str, few: str, many: str) -> str:
    """Write the figure with its noun: ``plural(2, "голос", "голоса", "голосов")`` is ``2 голоса``."""
    return number(count, 0 if count == int(count) else 1) + NBSP + form(count, one, few, many)


def share(part: float, whole: float) -> str:
    """Write a part of the whole in percent. Never 100 % before it is full, never 0 % after it has begun."""
    if whole <= 0:
        return DASH
    percent = int(Decimal(str(part)) * 100 / Decimal(str(whole)))
    if percent == 0 and part > 0:
        return f"меньше{NBSP}1{NBSP}%"
    return f"{number(percent)}{NBSP}%"


def shares(parts: Sequence[int]) -> list[str]:
    """Write all parts of one whole in percent, so that whoever adds them up gets 100.

    What rounding down leaves goes to those who lost the most by it (largest remainders). As with ``share``, a part that has
    begun is not 0 %, and one that is not all is not 100 %.
    """
    whole = sum(parts)
    if whole <= 0:
        return [DASH] * len(parts)
    percents = [part * 100 // whole for part in parts]
    lost = sorted(range(len(parts)), key=lambda place: (-(parts[place] * 100 % whole), place))
    for place in lost[: 100 - sum(percents)]:
        percents[place] += 1
    return [
        f"меньше{NBSP}1{NBSP}%"
        if part and not figure
        else f"больше{NBSP}99{NBSP}%"
        if part < whole and figure == 100  # noqa: PLR2004
        else f"{number(figure)}{NBSP}%"
        for part, figure in zip(parts, percents, strict=True)
    ]


def percent(part: float, whole: float, most: int = 100) -> int:
    """Count whole percent for a bar, 0…``most``."""
    return 0 if whole <= 0 else max(0, min(most, int(part * 100 / whole)))


def change(difference: float) -> str:
    """Write a difference with its sign: ``+109``, ``−3``, ``0``."""
    return ("+" if difference > 0 else "") + number(difference)


def money(roubles: float | Decimal) -> str:
    """Write roubles in full: ``1 200 000 ₽``; kopecks only if there are any."""
    exact = Decimal(str(roubles))
    if exact == exact.to_integral_value():
        return number(exact) + NBSP + "₽"
    return str(format_decimal(exact, "#,##0.00", locale=_RU)).replace("-", MINUS) + NBSP + "₽"


def money_short(roubles: float | Decimal) -> str:
    """Write roubles to read at a glance: ``1,2 млн ₽``, ``50 тыс. ₽``, ``950 ₽``."""
    exact = Decimal(str(roubles))
    for size, name in _UNITS:
        if abs(exact) >= size * Decimal("0.9995"):  # 999 999 is «1 млн», not «1 000 тыс.»
            return f"{number(exact / size, 0 if name == 'тыс.' else 1)}{NBSP}{name}{NBSP}₽"
    return money(exact.to_integral_value(ROUND_HALF_UP))


def points(count: int) -> str:
    """Write virtual capital: ``4 300 баллов``."""
    return plural(count, "балл", "балла", "баллов")


def file_size(count: int) -> str:
    """Write bytes as ``1,4 МБ``; units of 1024, as file managers show them."""
    for power, name in ((3, "ГБ"), (2, "МБ"), (1, "КБ")):
        if count >= 1024**power:
            return f"{number(count / 1024**power, 1)}{NBSP}{name}"
    return f"{number(count)}{NBSP}Б"


# Dates and terms


def local(value: Date) -> Date:
    """Bring a moment to the time of Ugra; a plain date stays as it is."""
    return value.astimezone(ZONE) if isinstance(value, datetime) and value.tzinfo else value


def date(value: Date) -> str:
    """Write ``23 ноября 2026``."""
    return format_date(local(value), "d MMMM y", locale=_RU).replace(" ", NBSP)


def day(value: Date) -> str:
    """Write ``23 ноября``, where the year is plain from the context."""
    return format_date(local(value), "d MMMM", locale=_RU).replace(" ", NBSP)


def day_short(value: Date) -> str:
    """Write ``23.11``."""
    return local(value).strftime("%d.%m")


def time(value: datetime) -> str:
    """Write ``14:05``."""
    return local(value).strftime("%H:%M")


def date_time(value: datetime) -> str:
    """Write ``23 ноября 2026, 14:05``."""
    return f"{date(value)}, {time(value)}"


def deadline(value: datetime) -> str:
    """Write the last moment of a term: ``до 14 февраля, 23:59``."""
    return f"до{NBSP}{day(value)}, {time(value)}"


def date_range(start: Date, end: Date) -> str:
    """Write a term in the shortest way that stays plain: ``12–18 ноября 2026``."""
    first, last = local(start), local(end)
    if (first.year, first.month, first.day) == (last.year, last.month, last.day):
        return date(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date(last)}"
    return f"{day(first) if first.year == last.year else date(first)}{NBSP}{DASH} {date(last)}"


def until(moment: datetime, now: datetime) -> str:
    """Say how soon it comes: ``через 3 дня``, ``через 4 часа``, ``через минуту``; past moments as ``ago``."""
    gap = moment - now
    if gap < timedelta(0):
        return ago(moment, now)
    if gap < timedelta(minutes=1):
        return "меньше чем через минуту"
    return f"через{NBSP}{_span(gap)}"


def ago(moment: datetime, now: datetime) -> str:
    """Say how long ago it was: ``только что``, ``5 минут назад``, ``вчера``, ``3 дня назад``, then the date."""
    gap = now - moment
    if gap < timedelta(minutes=1):
        return "только что"
    days = (_day_of(now) - _day_of(moment)).days
    if days == 1 and gap >= timedelta(hours=12):
        return "вчера"
    if gap >= timedelta(days=7):
        return date(moment)
    return f"{_span(gap)} назад"


def left(moment: datetime, now: datetime) -> str:
    """Count down to a term: ``осталось 6 дней 4 часа``, ``остался 1 час``, ``время вышло``.

    The Countdown part says the same in the browser (``ui/countdown.jsx``).
    """
    minutes = int((moment - now).total_seconds() // 60)
    if moment <= now:
        return "время вышло"
    if minutes < 1:
        return "осталось меньше минуты"
    days, hours = minutes // 1440, minutes // 60 % 24
    if days:
        tail = f" {plural(hours, *_HOURS)}" if hours else ""
        return f"{form(days, 'остался', 'осталось', 'осталось')} {plural(days, *_DAYS)}{tail}"
    if hours:
        rest = minutes % 60
        tail = f" {plural(rest, 'минута', 'минуты', 'минут')}" if rest else ""
        return f"{form(hours, 'остался', 'осталось', 'осталось')} {plural(hours, *_HOURS)}{tail}"
    return f"{form(minutes, 'осталась', 'осталось', 'осталось')} {plural(minutes, 'минута', 'минуты', 'минут')}"


def _span(gap: timedelta) -> str:
    if gap >= _DAY:
        return plural(gap // _DAY, *_DAYS)
    if gap >= _HOUR:
        return plural(gap // _HOUR, *_HOURS)
    return plural(gap // timedelta(minutes=1), *_MINUTES)


def _day_of(moment: datetime) -> Date:
    here = local(moment)
    return Date(here.year, here.month, here.day)


# People and texts


def initials(*names: str) -> str:
    """Take two letters for an avatar: ``Мария Кузнецова`` (or the two apart) is ``МК``; a nameless person is ``?``."""
    words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", " ".join(names))
    return "".join(word[0].upper() for word in words[:2]) or "?"


def short_name(surname: str, name: str, patronymic: str = "") -> str:
    """Write ``Кузнецова М. И.`` for lists and protocols."""
    letters = [f"{word[0].upper()}." for word in (name, patronymic) if word]
    return NBSP.join([surname, *letters])


def phone(number_e164: str) -> str:
    """Write ``+79221234567`` as ``+7 922 123-45-67``; anything else stays as it came."""
    match = re.fullmatch(r"\+7(\d{3})(\d{3})(\d{2})(\d{2})", number_e164)
    return f"+7{NBSP}{match[1]}{NBSP}{match[2]}-{match[3]}-{match[4]}" if match else number_e164


def whole(typed: str) -> int:
    """Read a whole number as people type it (``1 200 000 ₽``). Raises ValueError if it is not one."""
    return int(re.sub(r"[\s\u00a0\u202f₽]|руб\.?", "", typed))


def listing(items: Iterable[str], last: str = "и") -> str:
    """Join words as a sentence does: ``приём, проверка и голосование``."""
    words: Sequence[str] = list(items)
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last}{NBSP}{words[-1]}"


_SHORT_WORDS = "в|во|на|с|со|к|ко|о|об|обо|у|и|а|но|не|ни|по|за|из|от|до|для|без|при|под|над|про|или|что|как|ул|г|д|пос"
_QUOTE_OPENS = re.compile(r'(^|[\s(\[{«„—–/\u00a0-])"(?=\S)')
_AFTER_SHORT = re.compile(rf"(?<![\w-])({_SHORT_WORDS})(\.?)[ \t]+(?=\S)", re.IGNORECASE)
_BEFORE_PARTICLE = re.compile(r"[ \t]+(?=(?:же|бы|ли|ж|б)(?![\w-]))", re.IGNORECASE)
_AFTER_FIGURE = re.compile(r"(\d)[ \t]+(?=(?:[₽%°А-Яа-яЁё]|\d{3}(?!\d)))")
_AFTER_SIGN = re.compile(r"([№§])[ \t]*(?=\w)")


def typographer(text: str) -> str:
    """Set a text as a Russian printer would. What is set already stays, so calling it twice is harmless.

    Straight quotes become «ёлочки» and „лапки“ inside them; a hyphen between words, a dash; three dots, an ellipsis.
    Short prepositions, figures with their units and «№» hold to the next word.
    """
    text = text.replace("...", "…")
    text = re.sub(r"(?<=\S)[ \t\u00a0]+(?:-{1,2}|–|—)(?=\s)", f"{NBSP}{DASH}", text)
    text = re.sub(r"^(?:-{1,2}|–)(?=\s)", DASH, text, flags=re.MULTILINE)
    text = _quotes(text)
    text = _AFTER_SHORT.sub(rf"\1\2{NBSP}", text)
    text = _BEFORE_PARTICLE.sub(NBSP, text)
    text = _AFTER_FIGURE.sub(rf"\1{NBSP}", text)
    return _AFTER_SIGN.sub(rf"\1{NBSP}", text)


def inner(title: str) -> str:
    """Ready a title to stand in «ёлочки»: those of its own become „лапки“."""
    return typographer(title).replace("«", "„").replace("»", "“")


def _quotes(text: str) -> str:
    depth = 0
    out: list[str] = []
    opens = {match.end() - 1 for match in _QUOTE_OPENS.finditer(text)}
    for place, letter in enumerate(text):
        if letter in "«„":
            depth += 1
        elif letter in "»“":
            depth = max(0, depth - 1)
        if letter != '"':
            out.append(letter)
        elif place in opens or (depth == 0 and place + 1 < len(text) and text[place + 1].isalnum()):
            out.append("„" if depth else "«")
            depth += 1
        elif depth:
            depth -= 1
            out.append("“" if depth else "»")
        else:
            out.append(letter)  # a lone inch sign
    return "".join(out)


# Words for enums, with the tone of their badge


# By models.projects.ProjectStage.
PROJECT_STAGES = {
    "idea": ("Идея", "blue"),
    "project": ("Проект", "green"),
    "submitted": ("В конкурсе", "amber"),
    "supported": ("Победитель", "green"),
    "realising": ("Делают сейчас", "amber"),
    "realised": ("Готово", "green"),
    "archived": ("В архиве", "grey"),
}

# By models.projects.Source.
SOURCES = {
    "region": "Бюджет региона",
    "municipality": "Бюджет муниципалитета",
    "residents": "Жители",
    "legal_entities": "Предприниматели и организации",
    "in_kind": "Натурой и трудом",
}
