"""What many ask for at the same moment is done at once: a rush costs less for each the larger it is.

One who asks alone is answered at once. Those who come while others are being answered are the next ones, all together.
Nobody waits for a moment to pass or for company.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import Context
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

import structlog

log = structlog.get_logger(__name__)

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
_Line = deque[tuple[Asked, "asyncio.Future[Answer]"]]


class Apart(Exception):  # noqa: N818  what is to be done, not a fault
    """The work of all was undone: each has to be done by itself."""


class Together(Generic[Asked, Answer]):
    """A line of those who wait for each ``key``; the first of them are taken by one call of ``do``.

    ``do(key, asked)`` returns an answer or an exception for each, in their order. If it raises, all of them get ``Apart``.
    """

    def __init__(self, do: Callable[[Any, list[Asked]], Awaitable[Sequence[Answer | Exception]]], *, most: int) -> None:
        """``most``: are taken at once."""
        self.do, self.most = do, most
        self._lines: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[Hashable, _Line[Asked, Answer]]]
        self._lines = WeakKeyDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, key: Hashable, asked: Asked) -> Answer:
        """Wait in the line of ``key``; return or raise the answer."""
        loop = asyncio.get_running_loop()
        lines = self._lines.setdefault(loop, {})
        answer: asyncio.Future[Answer] = loop.create_future()
        if key in lines:
            lines[key].append((asked, answer))
        else:
            lines[key] = deque([(asked, answer)])
            task = loop.create_task(self._serve(lines, key), context=Context())
            self._tasks.add(task)  # the loop itself would forget it
            task.add_done_callback(self._tasks.discard)
        return await answer

    async def _serve(self, lines: dict[Hashable, _Line[Asked, Answer]], key: Hashable) -> None:
        line = lines[key]
        while line:
            taken = [line.popleft() for _ in range(min(self.most, len(line)))]
            taken = [(asked, answer) for asked, answer in taken if not answer.done()]  # who has left is not done
            answers = await self._done(key, [asked for asked, _ in taken]) if taken else []
            for (_, answer), found in zip(taken, answers, strict=True):
                if answer.done():
                    continue
                if isinstance(found, Exception):
                    answer.set_exception(found)
                else:
                    answer.set_result(found)
        del lines[key]

    async def _done(self, key: Hashable, asked: list[Asked]) -> Sequence[Answer | Exception]:
        try:
            return await self.do(key, asked)
        except Exception:
            log.warning("done one by one", asked=len(asked), exc_info=True)
            return [Apart() for _ in asked]


__all__ = ["Apart", "Together"]
