"""Search of projects by words, in Russian: any case, «ё» or «е», any form of a word, beginnings of words."""

from __future__ import annotations

import re

import sqlalchemy as sa

from elka.models.projects import SEARCHED

MOST_WORDS = 8
_SHORTEST_TO_CUT = 5
_CONFIG: sa.ColumnElement[object] = sa.literal_column("'russian'::regconfig")
_VECTOR: sa.ColumnElement[object] = sa.literal_column(SEARCHED)


def words_of(text: str) -> list[str]:
    """Return the words of what was typed, as the index holds them."""
    return re.findall(r"\w+", text.lower().replace("ё", "е").replace("_", " "))[:MOST_WORDS]


def matches(text: str) -> sa.ColumnElement[bool]:
    """Return the condition: every word occurs, in some form, or as the beginning of a word.

    The stemmer knows no fleeting vowels («площадок» is not «площадка» to it), so the ends of longer words are cut too.
    """
    wanted = " & ".join(_wide(word) for word in words_of(text))
    query = sa.func.to_tsquery(_CONFIG, wanted)
    # «под» is no word to the dictionary, yet it may begin «подъезд»: taken as it is when nothing else was typed.
    plain = sa.func.to_tsquery(sa.literal_column("'simple'::regconfig"), wanted)
    return _VECTOR.op("@@")(sa.case((sa.func.numnode(query) > 0, query), else_=plain))


def matches_exactly(text: str) -> sa.ColumnElement[bool]:
    """Return the condition: every word occurs in some form. Such projects come first."""
    return _VECTOR.op("@@")(sa.func.plainto_tsquery(_CONFIG, " ".join(words_of(text))))


def _wide(word: str) -> str:
    if len(word) < _SHORTEST_TO_CUT:
        return f"{word}:*"
    return f"({word}:* | {word[:-2]}:*)"
