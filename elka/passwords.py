"""Passwords: kept as argon2id, checked in the same time whether or not there is an account, refused when guessable."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

SHORTEST = 10
LONGEST = 200  # the cost of hashing must not be set by whoever types
FEWEST_LETTERS = 5  # different ones
LONGEST_WALKS = 3  # «qwerty» + «12345» is two walks along the keyboard
SHORTEST_WALK = 3
SHORTEST_OWN = 4  # a name or mailbox shorter than this is not looked for

# OWASP's first choice for a server: 19 MiB and two passes, about 20 ms.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)

_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "01234567890",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю.",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmik",
    "1q2w3e4r5t6y7u8i9o0p",
    "1й2ц3у4к5е6н7г8ш9щ0з",
    "q1w2e3r4t5y6u7i8o9p0",
    "!@#$%^&*()",
    '!"№;%:?*()',
)
_LEET = str.maketrans("@431!05$7", "aaeiiosst")

# What people build passwords of when asked for ten signs; a number or a mark at either end does not help.
_WORDS = frozenset(
    """
    password passw passwd passwort pass parol пароль paroll admin administrator root user login welcome letmein
    changeme secret qwerty йцукен iloveyou love loveyou lovely sunshine princess football basketball baseball
    superman batman spiderman starwars pokemon minecraft monster dragon master shadow killer hunter hockey computer
    internet trustno trustnoone whatever freedom forever michael jessica jennifer charlie samsung iphone google yandex
    gmail mailru rambler vkontakte facebook instagram telegram whatsapp microsoft windows android mercedes porsche
    ferrari toyota spartak zenit dinamo cska lokomotiv rossiya russia россия moscow moskva москва putin
    elka елка ёлка ugra yugra югра hmao хмао surgut сургут nizhnevartovsk нижневартовск khantymansiysk хантымансийск
    nefteyugansk нефтеюганск neftyanik nizhnevartovsk gazprom газпром rosneft lukoil
    privet привет zdravstvuy lyubov любовь ялюблютебя люблю lyublyu solnce солнце solnyshko солнышко zvezda звезда
    malysh kotik котик koshka кошка sobaka собака zaika зайка druzhba дружба schastie счастье mamapapa мамапапа mama
    papa мама папа babushka бабушка semya семья
    aleksandr александр alexander alexandra alexey алексей aleksey anastasia анастасия andrey андрей anna анна anton
    антон artem артем artur daniil даниил darya дарья denis денис diana dmitry дмитрий dmitriy ekaterina екатерина
    elena елена evgeny евгений galina галина igor игорь ilya илья irina ирина ivan иван kirill кирилл konstantin
    kristina кристина ksenia larisa лариса lyudmila людмила maksim максим maxim margarita marina марина maria мария
    mikhail михаил nadezhda надежда natalia наталья natasha наташа nikita никита nikolay николай oksana оксана oleg
    олег olga ольга pavel павел polina полина roman роман ruslan руслан sergey сергей stanislav svetlana светлана
    tatiana татьяна timur vadim valentina valeria vera victor viktor виктор viktoria виктория vladimir владимир
    vladislav владислав vyacheslav yana yulia юлия yuri юрий
    """.split()  # noqa: SIM905  a list of two hundred strings is harder to read
)


def normal(password: str) -> str:
    """Return one form of what can be typed in several («й» as one sign or two)."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    """Return what the database keeps."""
    return _HASHER.hash(normal(password))


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _HASHER.hash(secrets.token_hex())


def verify(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. For None (no account) and for no password it takes as long and says no."""
    try:
        return _HASHER.verify(kept or _nobody(), normal(password)) and bool(kept)
    except VerifyMismatchError:
        return False
    except InvalidHashError:
        return verify(None, password)
    except VerificationError:  # a broken hash of a right form
        return False


def is_outdated(kept: str) -> bool:
    """Whether it was hashed at another cost than today's and should be hashed anew at this sign-in."""
    return _HASHER.check_needs_rehash(kept)


def weakness(password: str, *own: str) -> str | None:
    """Say in Russian what is wrong with a new password, or None. ``own``: the person's e-mail and names."""
    text = normal(password)
    if len(text) < SHORTEST:
        return f"Нужно не меньше {SHORTEST} знаков: подойдут три-четыре случайных слова."
    if len(text) > LONGEST:
        return f"Слишком длинный пароль: хватит {LONGEST} знаков."
    plain = text.casefold()
    if any(_is_about(plain, part) for part in own):
        return "Пароль не должен повторять вашу почту или имя: их знают другие."
    if len(set(plain)) < FEWEST_LETTERS or _walks(plain) <= LONGEST_WALKS or _is_common(plain):
        return "Такой пароль подберут за секунды. Подойдут три-четыре случайных слова."
    return None


def _is_about(plain: str, part: str) -> bool:
    """Whether the password is an own word with at most a few signs around it."""
    part = part.casefold().strip()
    words = {part, part.partition("@")[0]}
    return any(len(word) >= SHORTEST_OWN and word in plain and len(plain) - len(word) <= SHORTEST for word in words)


def _walks(plain: str) -> float:
    """Count the walks along the alphabet or the keyboard that the text consists of; infinity if not of them alone."""
    count, place = 0, 0
    while place < len(plain):
        step = max(_walk(plain[place:], row) for row in _ALL_ROWS)
        if step < SHORTEST_WALK:
            return float("inf")
        count, place = count + 1, place + step
    return count


def _walk(text: str, row: str) -> int:
    if len(set(text[:SHORTEST_WALK])) == 1:
        return len(text) - len(text.lstrip(text[0]))  # the same key all over
    length = min(len(text), len(row))
    while length >= SHORTEST_WALK and text[:length] not in row:
        length -= 1
    return length


_ALL_ROWS = _ROWS + tuple(row[::-1] for row in _ROWS)


def _is_common(plain: str) -> bool:
    """Whether it is a common word, or several, with numbers and marks at the ends."""
    parts = [part for part in re.split(r"[^\w@$!]+|_+", plain) if not part.isdigit()]
    for texts in (
        [re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)],
        [re.sub(r"^\W+|[\W\d]+$", "", part) for part in parts],
        [word for word in re.split(r"[\W\d_]+", plain) if word],
    ):
        if all(_is_word(text) or _is_word(text.translate(_LEET)) for text in texts):
            return True
    return False


def _is_word(text: str) -> bool:
    half = text[: len(text) // 2]
    return text in _WORDS or (half * 2 == text and half in _WORDS)
