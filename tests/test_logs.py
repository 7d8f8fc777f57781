"""What must never reach a log."""

from __future__ import annotations

import pytest

from elka.logs import scrub

TOKEN = "Zm9vYmFyYmF6cXV4-1234567890_abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"GET /_event/?token={TOKEN}&EIO=4",
        f"headers {{'cookie': 'a=b; elka={TOKEN}'}}",
        f"https://elka.example/confirm?ticket={TOKEN}",
        f"Authorization: {TOKEN}",
        f"Received event from session 5 with no associated token. Event data: {{'payload': '{TOKEN}'}}",
        f"Failed to deserialize event data: {{'x': '{TOKEN}'}}.",
        f"Error processing event queue entry for Event(name='a.b', payload={{'form': {{'x': '{TOKEN}'}}}})",
        f"Error transforming event argument 'form' with value '{TOKEN}' and type hint 'int'",
    ],
)
def test_tokens_and_what_people_typed_are_taken_out(text: str) -> None:
    assert TOKEN not in scrub(text)


def test_contacts_are_taken_out() -> None:
    assert scrub("to masha.k+1@mail.example.ru and +7 (912) 345-67-89") == "to ‹почта› and ‹телефон›"


def test_the_rest_stays() -> None:
    kept = "contest advanced 12 at 2026-11-23T07:00:00Z, 802034 votes, /contests/15, elka.state.contest_words"
    assert scrub(kept) == kept
