"""What several workers share through Redis, where Reflex's own way of it is slow or forgets: docs/adr/0022-several-workers.md.

A tab talks to one worker at a time and may come back to any: its state is read from Redis before an event and written
after it, under a lock of the tab. What an event has promised (a vote, an application) is in PostgreSQL before that.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from redis.exceptions import RedisError
from reflex.istate.manager.redis import StateManagerRedis
from reflex.istate.manager.token import BaseStateToken
from reflex.state import BaseState, StateUpdate
from reflex.utils.token_manager import LostAndFoundRecord, RedisTokenManager
from reflex_base.config import get_config
from reflex_base.utils.exceptions import StateSchemaMismatchError

from elka.together import Together

if TYPE_CHECKING:
    import reflex as rx

# Each speaks of KEYS[1], the lock of a tab, and does nothing for another than ARGV[1], who holds it: an event that took
# longer than the lock lives must not write over its successor's. KEYS[2] is who wrote last.
_TAKE = """
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) and redis.call('GET', KEYS[1]) ~= ARGV[1] then
    return false
end
local last = redis.call('GET', KEYS[2])
if last and last == ARGV[3] then return 1 end
return redis.call('MGET', unpack(KEYS, 3))
"""
_SAVE = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 2, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 1], 'EX', ARGV[2]) end
redis.call('DEL', KEYS[1])
return 1
"""
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
REMEMBERED = 500  # tabs, a worker
MOST_QUESTIONS = 100  # in one packet to Redis


class NotKept(Exception):  # noqa: N818  what happened, not a fault of the code
    """The event was handled and answered, but the state of the tab stayed as it was before."""


@dataclass(frozen=True)
class _Seen:
    """A tab as its last event here has left it. ``by``: who wrote it then; if nobody has since, it need not be read."""

    by: bytes
    kind: type[BaseState]
    state: BaseState


class States(StateManagerRedis):
    """States of tabs, for two questions to Redis an event: lock and read, write and unlock. Reflex asks four.

    What an event changed is in Redis before the next begins, whichever worker that is at. The states of the latest tabs
    are remembered here as well, so that one who types or votes on has theirs neither sent nor unpacked again.
    """

    @contextlib.asynccontextmanager
    async def _try_modify_state(self, token: Any, **context: Any) -> AsyncIterator[Any]:
        """Give the state under its lock; a tab whose lock is taken waits for it in Reflex's own way."""
        lock = self._lock_key(token)
        mine = uuid.uuid4().hex.encode()
        state = None
        if isinstance(token, BaseStateToken) and not self._oplock_enabled and not self._n_lock_waiters(lock):
            state = await self._take(token, lock, mine)
        if state is None:
            async with super()._try_modify_state(token, **context) as state:
                yield state
            return
        try:
            yield state
        except BaseException:
            await self._leave(lock, mine)
            raise
        else:
            await self._save(token, lock, mine, state)
        finally:
            self._notify_next_waiter(lock)

    async def set_state(self, token: Any, state: Any, **context: Any) -> None:
        """Write in Reflex's own way; nobody may take what they remember for what stands then."""
        if isinstance(token, BaseStateToken):
            await self.redis.delete(_last_key(token))
        await super().set_state(token, state, **context)

    @cached_property
    def _seen(self) -> OrderedDict[str, _Seen]:
        return OrderedDict()

    @cached_property
    def _asked(self) -> Together[tuple[Any, ...], Any]:
        """Questions of many events to Redis, in one packet where they come together."""
        return Together(self._ask, most=MOST_QUESTIONS)

    async def _ask(self, _: None, questions: list[tuple[Any, ...]]) -> Sequence[Any]:
        try:
            async with self.redis.pipeline(transaction=False) as packet:
                for question in questions:
                    packet.eval(*question)
                return list(await packet.execute(raise_on_error=False))
        except RedisError as error:
            return [error] * len(questions)

    async def _take(self, token: BaseStateToken, lock: bytes, mine: bytes) -> BaseState | None:
        """Take the lock and read what the event needs; None if another holds it."""
        seen = self._seen.pop(token.ident, None)
        known = seen.by if seen is not None and seen.kind is token.cls else b""
        keys = [lock, _last_key(token), *(token._state_key(one) for one in _needed(token.cls))]
        try:
            found = await self._asked.ask(None, (_TAKE, len(keys), *keys, mine, self.lock_expiration, known))
        except asyncio.CancelledError:  # perhaps it was taken all the same
            await self._leave(lock, mine)
            raise
        if found is None:
            return None
        return seen.state if seen is not None and found == 1 else _tree(token, found)

    async def _leave(self, lock: bytes, mine: bytes) -> None:
        with contextlib.suppress(RedisError):  # the lock ends by itself
            await self._asked.ask(None, (_LEAVE, 1, lock, mine))

    async def _save(self, token: BaseStateToken, lock: bytes, mine: bytes, state: BaseState) -> None:
        """Write what the event has changed. The event is done whatever becomes of this: raises NotKept."""
        writes = self._collect_state_writes(token, state)
        keys, texts = [lock, _last_key(token), *(key for key, _ in writes)], [data for _, data in writes]
        try:
            kept = await self._asked.ask(None, (_SAVE, len(keys), *keys, mine, self.token_expiration, mine, *texts))
        except RedisError as error:
            raise NotKept("Redis is gone") from error
        if not kept:
            raise NotKept("the event took longer than the lock of its tab lives")
        for one in self._get_populated_states(state).values():
            one._was_touched = False
        self._seen[token.ident] = _Seen(mine, token.cls, state)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def _collect_state_writes(self, token: BaseStateToken, base_state: BaseState) -> list[tuple[str, bytes]]:
        """Write what was touched, and the state of the handler that ran: it may hold objects that Reflex does not watch."""
        writes = super()._collect_state_writes(token, base_state)
        own = base_state.get_substate(token.cls.get_full_name().split("."))
        if not own._was_touched and (data := own._serialize()):
            writes.append((token._state_key(token.cls), data))
        return writes


def _last_key(token: BaseStateToken) -> str:
    return f"{token.ident}_last"


class Tabs(RedisTokenManager):
    """Which worker holds a tab. A worker that was killed took its tabs' names with it: they are free again at once."""

    async def link_token_to_sid(self, token: str, sid: str) -> str | None:
        """Link a tab to its connection; a name that a living connection bears is answered by a new one."""
        with contextlib.suppress(Exception):  # without Redis Reflex's own way says so in the log
            held = await self.redis.get(self._get_redis_key(token))
            if held and not await self._lives(pickle.loads(held).instance_id):  # noqa: S301  written by a worker of ours
                await self.redis.delete(self._get_redis_key(token), f"{token}_lock")
        return await super().link_token_to_sid(token, sid)

    async def _lives(self, worker: str) -> bool:
        """Whether the worker listens: Redis knows at once when its connection has ended. What is sent concerns no tab."""
        if worker == self.instance_id:
            return True
        nothing = pickle.dumps(LostAndFoundRecord(token="", update=StateUpdate()))
        return bool(await self.redis.publish(f"channel:{self._get_lost_and_found_key(worker)}", nothing))


@lru_cache(maxsize=1024)
def _needed(state: type[BaseState]) -> tuple[type[BaseState], ...]:
    """Return the states that an event of this one needs, parents before their children."""
    found = StateManagerRedis._get_required_state_classes(_ASKED, state, subclasses=True)
    return tuple(sorted(found, key=lambda one: one.get_full_name()))


# The question above is put to the class: it looks at nothing of a manager, and there is none when the site is built.
_ASKED: Any = type("_Asked", (), {"_get_required_state_classes": StateManagerRedis._get_required_state_classes})()


def _tree(token: BaseStateToken, found: list[bytes | None]) -> BaseState:
    """Put the states together; one that is missing, or was written by another version of the site, begins anew."""
    states: dict[str, BaseState] = {}
    for kind, data in zip(_needed(token.cls), found, strict=True):
        state = None
        if data is not None:
            with contextlib.suppress(StateSchemaMismatchError):
                state = BaseState._deserialize(data=data)
        if state is None:
            state = kind(init_substates=False, _reflex_internal_init=True)
        name = kind.get_full_name()
        states[name] = state
        if kind.get_parent_state() is not None:
            above, _, own = name.rpartition(".")
            states[above].substates[own] = state
            state.parent_state = states[above]
    return states[token.cls.get_root_state().get_full_name()]


def share(app: rx.App) -> None:
    """Let the application keep its states and its tabs so, where it has a Redis. Nothing connects yet."""
    manager, pages, config = app.state_manager, app.event_namespace, get_config()
    if not isinstance(manager, StateManagerRedis) or pages is None:
        return
    app._state_manager = States(
        redis=manager.redis,
        token_expiration=config.redis_token_expiration,
        lock_expiration=config.redis_lock_expiration,
        lock_warning_threshold=config.redis_lock_warning_threshold,
    )
    if isinstance(pages._token_manager, RedisTokenManager):
        pages._token_manager = Tabs(pages._token_manager.redis)


__all__ = ["NotKept", "States", "Tabs", "share"]
