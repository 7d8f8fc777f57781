"""What the steps of the constructor share: fields that save themselves, each over what its writer has seen.

A step shows ``values`` by field. Each field of text is drawn with ``stamps[field]`` in its key, so that only a field that
somebody else has changed is drawn anew, never the one that a person is typing in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import reflex as rx
from reflex.event import EventSpec

from elka.db import Work
from elka.errors import Refused, SignInNeeded
from elka.models import contest_fields
from elka.models.contests import Contest
from elka.state.base import Events, Fault, Flow, listed
from elka.state.build import BuildState
from elka.state.build_words import NAMES
from elka.state.building import Clashed, change, for_office, require_seen


@dataclass(frozen=True)
class Tick:
    """One of several things to take or to leave."""

    value: str
    name: str
    note: str = ""
    on: bool = False  # where it is not kept in ``values``


@dataclass(frozen=True)
class StepFields:
    """What a step shows: its fields as their controls show them, and whatever else (``more``)."""

    id: int
    version: int
    values: dict[str, str]
    more: Any = None


class OwnFields(Flow, mixin=True):
    """Mixin of the steps whose fields save themselves.

    The step has the flows ``_opened(work, contest_id)`` and ``_save(work, contest_id, field, value, seen)``, both of
    which return ``StepFields``, and ``_take(more)``. Both flows are told whatever else ``_beside`` returns.
    """

    if TYPE_CHECKING:

        @staticmethod
        def _opened(work: Work, contest_id: object) -> StepFields: ...

        @staticmethod
        def _save(work: Work, contest_id: object, field: object, value: object, seen: object) -> StepFields: ...

        def _take(self, more: Any) -> None: ...

    contest: int = 0
    values: dict[str, str] = {}
    stamps: dict[str, int] = {}
    clashes: dict[str, str] = {}  # what somebody else wrote into a field that this person was writing in
    _version: int = 0
    _seen: dict[str, str] = {}
    _mine: dict[str, str] = {}
    _here: str = ""  # the field that has the cursor

    @rx.event
    async def load(self) -> Events:
        """Show the step of the contest whose id is in the address, and save what an earlier visit left unsaved."""
        self.errors, self.clashes, self._here = {}, {}, ""
        if self._part(2) != str(self.contest):
            self.status, self.values, self.stamps, self._seen = "loading", {}, {}, {}
        events = listed(await self._load(self._opened, self._part(2), *self._beside(), into=self._absorb))
        if self.status == "ready":
            script = f"window.elka?.unsaved?.('build-{self.contest}-') ?? '{{}}'"
            events.append(rx.call_script(script, callback=type(self).bring_back))
        return events

    @rx.event
    async def beat(self) -> Events:
        """Show what others have changed meanwhile."""
        if self.status != "ready":
            return None
        try:
            fresh = await self._work(_changed, self._opened, self.contest, self._version, *self._beside())
        except (Refused, Fault):
            return None  # the frame tells of it
        if fresh is not None:
            self._absorb(fresh)
        return None

    @rx.event
    async def enter(self, field: str) -> Events:
        """Note where the cursor is: that field is not drawn anew."""
        if isinstance(field, str) and field in self.values:
            self._here = field
        return None

    @rx.event
    async def leave(self, field: str, value: str) -> Events:
        """Save a field that is left, if anything was typed."""
        if not isinstance(field, str) or field not in self.values or not isinstance(value, str):
            return None
        self._here = ""
        if value == self._seen.get(field) and field not in self.errors and field not in self.clashes:
            return self._kept(field, value)
        return await self._saving(field, value, self._seen.get(field))

    @rx.event
    async def save(self, field: str, value: str) -> Events:
        """Save a field; a trouble is told at the field and takes nothing away."""
        if not isinstance(field, str) or field not in self.values or not isinstance(value, str):
            return None
        return await self._saving(field, value, self._seen.get(field))

    @rx.event
    async def choose(self, field: str, value: str) -> Events:
        """Save a choice; one that is refused, or that somebody else has made meanwhile, is shown as it stands."""
        return await self._choosing(field, value)

    @rx.event
    async def choose_flag(self, field: str, on: bool) -> Events:
        """Save a switch."""
        return await self._choosing(field, "true" if on is True else "")

    @rx.event
    async def keep_mine(self, field: str) -> Events:
        """Settle a clash: overwrite what the other wrote, knowingly."""
        if not isinstance(field, str) or field not in self.clashes:
            return None
        return await self._saving(field, self._mine.get(field, ""), self.clashes[field])

    @rx.event
    async def take_theirs(self, field: str) -> Events:
        """Settle a clash: take what the other wrote."""
        if not isinstance(field, str) or field not in self.clashes:
            return None
        self._settle(field, self.clashes[field])
        self.errors = _without(self.errors, field)
        return self._kept(field)

    @rx.event
    async def bring_back(self, unsaved: str) -> Events:
        """Save what the browser still holds from before a reload, a lost link or an expired session."""
        return await self._restored(unsaved)

    async def _restored(self, unsaved: object) -> Events:
        events: list[Any] = []
        for field, was, now in left_over(unsaved, f"build-{self.contest}-"):
            if field not in self.values:
                continue
            if now == self.values[field]:
                events.append(self._kept(field, now))
                continue
            self.values = {**self.values, field: now}
            self.stamps = {**self.stamps, field: self.stamps.get(field, 0) + 1}
            events += listed(await self._saving(field, now, was))
        return events

    async def _choosing(self, field: str, value: str) -> Events:
        if not isinstance(field, str) or field not in self.values or not isinstance(value, str):
            return None
        try:
            fresh = await self._work(self._save, self.contest, field, value, self._seen.get(field), *self._beside())
        except SignInNeeded:
            return self._to_sign_in()
        except Clashed as clash:
            self._settle(field, clash.theirs)
            return rx.toast.error("Это место только что изменил другой сотрудник: показан его выбор.")
        except (Refused, Fault) as refused:
            self._settle(field, self.values[field])
            return rx.toast.error(getattr(refused, "fields", {}).get(field, str(refused)))
        there = fresh.values.get(field, "")
        self.values, self._seen = {**self.values, field: there}, {**self._seen, field: there}
        self._absorb(fresh)
        return [BuildState.refresh]

    async def _saving(self, field: str, value: str, seen: str | None) -> Events:
        try:
            fresh = await self._work(self._save, self.contest, field, value, seen, *self._beside())
        except SignInNeeded:
            return self._to_sign_in()
        except Clashed as clash:
            self._mine = {**self._mine, field: value}
            self.clashes = {**self.clashes, field: clash.theirs}
            return None
        except (Refused, Fault) as refused:
            self.errors = {**self.errors, field: getattr(refused, "fields", {}).get(field, str(refused))}
            return None
        untouched = value == self.values.get(field)
        self.errors, self.clashes = _without(self.errors, field), _without(self.clashes, field)
        there = fresh.values.get(field, "")
        if untouched and there != value:
            self._settle(field, there)  # somebody else's, come while the cursor stood here
        self.values, self._seen = {**self.values, field: there}, {**self._seen, field: there}
        self._absorb(fresh)
        return [self._kept(field, value), BuildState.refresh]

    async def _changing(self, flow: Callable[..., Any], *arguments: Any, field: str = "") -> Events:
        """Run a flow that does more than save one field; a refusal is told at ``field`` or as a toast."""
        try:
            fresh = await self._work(flow, self.contest, *arguments)
        except SignInNeeded:
            return self._to_sign_in()
        except (Refused, Fault) as refused:
            told = getattr(refused, "fields", {}) or ({field: str(refused)} if field else {})
            self.errors = {**self.errors, **told}
            return None if told else rx.toast.error(str(refused))
        self.errors = _without(self.errors, field)
        self._absorb(fresh)
        return [BuildState.refresh]

    def _beside(self) -> tuple[Any, ...]:
        """Return what the flows must know of this screen: which of many things is open, say."""
        return ()

    def _absorb(self, fresh: StepFields) -> None:
        """Take what stands in the database, but for the fields in which something unsaved is written."""
        busy = {self._here, *self.errors, *self.clashes}
        self.contest = fresh.id
        self._version = fresh.version
        for field, value in fresh.values.items():
            if field in busy and field in self._seen:
                if value != self._seen[field]:
                    self._version = 0  # look again at the next beat
                    if field in self.clashes:
                        self.clashes = {**self.clashes, field: value}
            elif self._seen.get(field) != value or self.values.get(field) != value:
                self._settle(field, value)
        gone = set(self.values) - set(fresh.values)
        if gone:
            self.values, self._seen = _without(self.values, *gone), _without(self._seen, *gone)
            self.errors, self.clashes = _without(self.errors, *gone), _without(self.clashes, *gone)
        self._take(fresh.more)

    def _settle(self, field: str, value: str) -> None:
        """Draw a field anew with what stands in it."""
        self.stamps = {**self.stamps, field: self.stamps.get(field, -1) + 1}
        self.values, self._seen = {**self.values, field: value}, {**self._seen, field: value}
        self.clashes = _without(self.clashes, field)

    def _kept(self, field: str, value: str | None = None) -> EventSpec:
        key = json.dumps(f"build-{self.contest}-{field}")
        what = "" if value is None else ", " + json.dumps(value, ensure_ascii=False)
        return rx.call_script(f"window.elka?.kept?.({key}{what})")


def save_field(work: Work, contest_id: object, step: str, field: str, value: object, seen: object) -> Contest:
    """Save one column of the contest over what its writer has seen; return the contest, locked."""
    with change(work, contest_id, step, NAMES[field]) as made:
        fresh = contest_fields.read(made.contest, field, value)
        there = contest_fields.written(made.contest, field)
        if require_seen(field, there, contest_fields.as_shown(field, fresh), seen):
            setattr(made.contest, field, fresh)
    return made.contest


def values_of(contest: Contest, fields: Iterable[str]) -> dict[str, str]:
    """Return fields of the contest as their controls show them."""
    return {field: contest_fields.written(contest, field) for field in fields}


def left_over(unsaved: object, prefix: str) -> list[tuple[str, str, str]]:
    """Read what a browser says it held: (field, what it stood over, what was typed)."""
    try:
        found = json.loads(unsaved) if isinstance(unsaved, str) else {}
    except (ValueError, RecursionError):
        return []
    rows = []
    for key, words in found.items() if isinstance(found, dict) else ():
        if key.startswith(prefix) and isinstance(words, dict):
            was, now = words.get("was"), words.get("now")
            if isinstance(was, str) and isinstance(now, str):
                rows.append((key.removeprefix(prefix), was, now))
    return rows


def _changed(
    work: Work, opened: Callable[..., StepFields], contest_id: object, version: object, *beside: Any
) -> StepFields | None:
    """Return the step anew if the contest has changed since ``version``."""
    contest = for_office(work, contest_id)
    return None if contest.version == version else opened(work, contest_id, *beside)


def _without(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in names}
