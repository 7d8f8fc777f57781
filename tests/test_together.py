"""What many ask for at the same moment is done at once, and each gets their own answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from elka.together import Apart, Together


class Counter:
    """Doubles numbers, as slowly as it is told; keeps what it was asked together."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[int]]] = []
        self.free = asyncio.Event()

    async def do(self, key: str, asked: list[int]) -> list[int | Exception]:
        self.taken.append((key, asked))
        await self.free.wait()
        if 13 in asked:
            raise RuntimeError("all of it is undone")
        return [ValueError(str(one)) if one < 0 else one * 2 for one in asked]


async def _turns(until: Callable[[], bool]) -> None:
    for _ in range(100):
        if until():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to that")


async def test_those_who_come_meanwhile_are_the_next_ones() -> None:
    counter = Counter()
    line = Together(counter.do, most=3)
    first = asyncio.create_task(line.ask("a", 1))
    await _turns(lambda: len(counter.taken) == 1)
    rest = [asyncio.create_task(line.ask("a", number)) for number in range(2, 7)]
    other = asyncio.create_task(line.ask("b", 7))
    await _turns(lambda: len(counter.taken) == 2)
    counter.free.set()
    assert await first == 2
    assert await asyncio.gather(*rest) == [4, 6, 8, 10, 12]
    assert await other == 14
    assert counter.taken == [("a", [1]), ("b", [7]), ("a", [2, 3, 4]), ("a", [5, 6])]
    assert await line.ask("a", 8) == 16  # and a line that was empty begins anew


async def test_each_has_an_answer_of_their_own() -> None:
    counter = Counter()
    counter.free.set()
    line = Together(counter.do, most=9)
    answers = await asyncio.gather(*(line.ask("a", one) for one in (1, -2, 3)), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["2", "-2", "6"]
    assert isinstance(answers[1], ValueError)
    assert counter.taken == [("a", [1, -2, 3])]


async def test_what_broke_for_one_is_told_to_all_of_them_and_to_no_other() -> None:
    counter = Counter()
    counter.free.set()
    line = Together(counter.do, most=2)
    answers = await asyncio.gather(*(line.ask("a", one) for one in (1, 13, 2, 3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [Apart, Apart, int, int]


async def test_who_has_left_is_not_done() -> None:
    counter = Counter()
    line = Together(counter.do, most=9)
    first = asyncio.create_task(line.ask("a", 1))
    await _turns(lambda: len(counter.taken) == 1)
    left, stays = asyncio.create_task(line.ask("a", 2)), asyncio.create_task(line.ask("a", 3))
    await asyncio.sleep(0)
    left.cancel()
    counter.free.set()
    assert (await first, await stays) == (2, 6)
    assert counter.taken == [("a", [1]), ("a", [3])]
    with pytest.raises(asyncio.CancelledError):
        await left
