"""Every handler that a browser may call, called by those who have no business with it, with whatever they may send.

Nobody meets a fault of ours, nothing of others changes, nothing of others is shown. The handlers are found by
themselves, so a new one is covered the day it is written; the records are those of the demo region.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import Any

import psycopg
import pytest
import reflex as rx
import sqlalchemy as sa
import structlog
from reflex.utils.format import json_dumps
from reflex_base.event import Event, EventHandler
from reflex_base.event.processor.base_state_processor import _prepare_event_payload

from elka import cache, clock, limits, migrate
from elka.core.actor import SYSTEM, Role
from elka.data.reference import load_reference
from elka.db import Work, engine_for, work_as
from elka.demo.load import load
from elka.demo.personas import BY_KEY
from elka.models.sign_in import SignIn
from elka.pages import registered
from elka.settings import settings
from elka.state import sign_in
from elka.state.gate import Gate, callable_handlers
from tests.addresses import Samples, samples
from tests.browser import shown_to
from tests.conftest import new_database
from tests.factories import grant, person, settlement
from tests.state.test_gate import SNAPSHOT

EXAMPLES = {"name@example.com", "имя@пример.рф", "+79821234567"}  # in our own hints
HIDDEN = "Тайнов"  # the surname of everybody who did not agree to be named
ROLES = ("guest", "resident", "official of another municipality")
LONG = "щ" * 20_000

SCALARS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    7,
    2**31,
    2**63,
    2**200,
    -(2**63) - 1,
    0.5,
    float("nan"),
    float("inf"),
    "",
    "7",
    " 7",
    "-7",
    "٧",
    "9" * 400,
    "9" * 5000,  # more digits than Python reads
    "\x00",
    "a\x00b",
    "\ud800",
    "'; DROP TABLE people; --",
    '"><script>alert(1)</script>',
    "%_\\",
    "2026-02-31",
    "0000-00-00T00:00",
    "9999-12-31T23:59",
    "../../etc/passwd",
    LONG,
)
SHAPES: tuple[Any, ...] = (
    [],
    {},
    [None],
    [[]],
    [1, 1, 1],
    [2**200],
    ["\x00"],
    list(range(3000)),
    {"": ""},
    {"x": {"y": [1]}},
    {"__reflex_form_data__": [["email", "x"]]},
    {"__reflex_form_data__": 5},
)

# What a guest may cause in the database, whatever they send. Everything else must leave it untouched.
GUESTS_MAY = {
    "RestoreState.ask": {"one_time_tokens", "mail", "journal"},  # a letter to the owner of the address
    "SignUpState.send": {"people", "consents", "one_time_tokens", "mail", "journal"},
}


@dataclass
class Somebody:
    """Who calls. ``contacts``: theirs alone."""

    role: str
    id: int = 0
    contacts: frozenset[str] = frozenset()
    surname: str = ""


@dataclass
class World:
    """The demo region, strangers in it, and a record of every change of any row."""

    engine: sa.Engine
    people: dict[str, Somebody]
    samples: Samples
    watch: psycopg.Connection[tuple[Any, ...]]
    complaints: list[dict[str, Any]] = field(default_factory=list)
    ids: tuple[int, ...] = ()

    def token(self, who: Somebody) -> str:
        """Sign them in anew."""
        if not who.id:
            return ""
        with work_as(SYSTEM, bind=self.engine) as work:
            token = SignIn.open(work.session, who.id, work.now, user_agent="test", address="")
        self.changes()
        return token

    def changes(self) -> list[dict[str, Any]]:
        """Return and forget what has changed since this was asked last."""
        rows = self.watch.execute(GATHER).fetchall()  # asked after each of some hundred thousand calls
        return [
            {"table": kind, "row": is_now or was, "was": was}
            for _, kind, was, is_now in sorted(rows, key=itemgetter(0))
        ]


GATHER = "DELETE FROM seen.changes RETURNING id, kind, was, is_now"
WATCH = """
CREATE SCHEMA seen;
CREATE TABLE seen.changes (id bigserial PRIMARY KEY, kind text, was jsonb, is_now jsonb);
CREATE FUNCTION seen.note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen.changes (kind, was, is_now) VALUES (
        TG_TABLE_NAME,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
    RETURN NULL;
END $$;
DO $$ DECLARE one text; BEGIN
    FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'procrastinate%' LOOP
        EXECUTE format('CREATE TRIGGER zz_seen AFTER INSERT OR UPDATE OR DELETE ON %I '
                       'FOR EACH ROW EXECUTE FUNCTION seen.note()', one);
    END LOOP;
END $$;
"""


@pytest.fixture(scope="module")
def world(database: sa.Engine) -> Iterator[World]:
    """A demo region of its own, on a site that is not a demo: the doors of the demo must be shut too."""
    with pytest.MonkeyPatch.context() as patch:
        # Answers that are slow on purpose, so that their time tells nothing.
        patch.setattr(sign_in, "EVEN_ANSWER", 0.0)
        yield from _world()


def _world() -> Iterator[World]:
    kept = {name: os.environ.get(name) for name in ("ELKA_DATABASE_URL", "ELKA_DEMO")}
    os.environ["ELKA_DATABASE_URL"] = new_database(f"elka_handlers_{os.getpid()}")
    settings.cache_clear()
    engine = engine_for(os.environ["ELKA_DATABASE_URL"])
    migrate.upgrade(engine)
    with work_as(SYSTEM, bind=engine) as work:
        load_reference(work.session)
    load(engine, scale="small", seed=2026, now=clock.now())
    with engine.begin() as connection:
        connection.execute(
            sa.text("UPDATE people SET last_name = :name || id WHERE NOT name_is_public"), {"name": HIDDEN}
        )
    with work_as(SYSTEM, bind=engine) as work:
        people = _strangers(work)
    with engine.begin() as connection:
        connection.execute(sa.text(WATCH))
    os.environ["ELKA_DEMO"] = "off"
    settings.cache_clear()
    cache.forget()
    watch = psycopg.connect(os.environ["ELKA_DATABASE_URL"], autocommit=True)
    found = World(engine, people, samples(engine), watch)
    found.ids = tuple(dict.fromkeys(one for some in found.samples.ids.values() for one in some))
    found.complaints = _listen()
    yield found
    structlog.reset_defaults()
    watch.close()
    for name, value in kept.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    settings.cache_clear()
    cache.forget()
    engine.dispose()


def _strangers(work: Work) -> dict[str, Somebody]:
    resident = person(work, place="Игрим", last_name="Прохожая", email="passer-by@example.org", phone="+79990000001")
    other = person(work, place="Нефтеюганск", last_name="Чужой", email="other-desk@example.org", phone="+79990000002")
    grant(work, other, Role.OFFICIAL, settlement(work, "Нефтеюганск").municipality_id)
    made = [Somebody("guest")]
    for role, one in zip(ROLES[1:], (resident, other), strict=True):
        made.append(Somebody(role, one.id, frozenset({one.email, one.phone}), one.last_name))
    return {one.role: one for one in made}


def _listen() -> list[dict[str, Any]]:
    """Gather what the site logs instead of printing it."""
    heard: list[dict[str, Any]] = []

    def note(_logger: Any, _method: str, event: Any) -> Any:
        heard.append(dict(event))
        raise structlog.DropEvent

    structlog.configure(
        processors=[structlog.stdlib.add_log_level, structlog.processors.format_exc_info, note],
        cache_logger_on_first_use=False,
    )
    return heard


# Handlers and their arguments


def _handlers() -> list[str]:
    return [line.split("(")[0] for line in SNAPSHOT.read_text().splitlines()]


@lru_cache(maxsize=1)
def _states() -> dict[str, type[rx.State]]:
    registered(demo=True)  # importing the pages imports every state
    found, left = {}, [rx.State]
    while left:
        for state in left.pop().get_substates():
            found[state.__name__] = state
            left.append(state)
    return found


# The steps of the constructor are loaded when they are gone to, not with the page.
STEPS_AT = "/office/contests/[contest_id]/build"


def _handler(name: str) -> tuple[type[rx.State], EventHandler, str]:
    module, state, handler = name.split(".")
    # A handler of a mixin is told by the mixin's module: its state is another's.
    owner: type[rx.State] = getattr(import_module(f"elka.state.{module}"), state, None) or _states()[state]
    return owner, owner.event_handlers[handler], f"{owner.get_full_name()}.{handler}"


@lru_cache(maxsize=256)
def _routes(state: type[rx.State]) -> tuple[str, ...]:
    """Return the addresses of the pages that load this state; of all dynamic pages where none does."""
    pages = registered(demo=True)
    loaded = [
        page.route
        for page in pages
        if any(
            isinstance(one, EventHandler) and one.fn.__qualname__.split(".")[0] == state.__name__
            for one in page.on_load
        )
    ]
    if not loaded and state.__module__.startswith("elka.state.build_"):
        return (STEPS_AT,)
    return tuple(loaded or ["/", *(page.route for page in pages if "[" in page.route)])


@lru_cache(maxsize=256)
def _words(module: str) -> tuple[str, ...]:
    """Return the texts of a module that may be names of fields: whatever its flows look for in a form is among them."""
    tree = ast.parse(Path(import_module(module).__file__ or "").read_text())
    found = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[a-z_]{1,30}", node.value)
    }
    found |= {
        node.target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    return tuple(sorted(found))


def _fields(handler: EventHandler) -> tuple[str, ...]:
    """Return what a form of this handler may hold: names in its module and in the modules of ours that it uses."""
    module = import_module(handler.fn.__module__)
    used = {handler.fn.__module__}
    used |= {
        value.__module__
        for value in vars(module).values()
        if (inspect.isclass(value) or inspect.isfunction(value)) and (value.__module__ or "").startswith("elka.")
    }
    return tuple(sorted({word for name in used if not name.startswith("elka.ui") for word in _words(name)}))


def _payloads(handler: EventHandler, ids: tuple[int, ...]) -> list[dict[str, Any]]:
    """Return payloads for all arguments of a handler: real ids, garbage, forms full of garbage, wrong arguments."""
    names = list(inspect.signature(handler.fn).parameters)[1:]
    if not names:
        return [{}]
    rounds: list[list[Any]] = [[one] * len(names) for one in (*ids, *map(str, ids[:3]), *SCALARS, *SHAPES)]
    fields = _fields(handler)
    forms: list[Any] = [dict.fromkeys(fields, one) for one in (*SCALARS, *SHAPES)]
    rounds += [[form] * len(names) for form in forms]
    for place in range(len(names) if len(names) > 1 else 0):
        for one in (ids[0], None, 2**63, "\x00", [], {}, LONG, forms[0]):
            mixed: list[Any] = [ids[-1]] * len(names)
            mixed[place] = one
            rounds.append(mixed)
    found: list[dict[str, Any]] = [dict(zip(names, one, strict=True)) for one in rounds]
    return [*found, {}, {**found[0], "extra": 1}, {"self": 1}, {names[0]: 1, "": 2}]


# Calling


async def _called(state: rx.State, name: str, handler: EventHandler, payload: dict[str, Any]) -> str:
    """Call a handler as the site does; return all that the browser would receive. Exceptions pass."""
    root = state._get_root_state()
    if await Gate().preprocess(None, root, Event(name=name, payload=payload)) is not None:
        return ""
    heard: list[Any] = []

    async def tell(events: Any) -> None:
        heard.append(await root._get_resolved_delta())
        root._clean()
        if events is not None:
            heard.extend(Event.from_event_type(events))

    answer = handler.fn(state, **_prepare_event_payload(handler, payload))
    if inspect.isawaitable(answer):
        answer = await answer
    if inspect.isasyncgen(answer):
        async for events in answer:
            await tell(events)
    elif inspect.isgenerator(answer):
        for events in answer:
            await tell(events)
    else:
        await tell(answer)
    return json.dumps(json.loads(json_dumps(heard)), ensure_ascii=False)


def _leaks(text: str, who: Somebody) -> frozenset[str]:
    """Return contacts and hidden names in a text that are not the reader's own."""
    return _personal(text) - who.contacts - EXAMPLES


@lru_cache(maxsize=512)  # most answers are one and the same refusal
def _personal(text: str) -> frozenset[str]:
    emails = set(re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", text))
    digits = re.sub(r"[\s()\u00a0\u2011-]", "", text)
    phones = {f"+7{found}" for found in re.findall(r"(?<!\d)(?:\+7|7|8)(9\d{9})(?!\d)", digits)}
    return frozenset(emails | phones | set(re.findall(rf"{HIDDEN}\d+", text)))


def _foreign(world: World, who: Somebody, changes: list[dict[str, Any]]) -> list[str]:
    """Return the changes that are not of this person's own rows."""
    if not changes:
        return []
    with world.engine.connect() as connection:

        def ids(sql: str) -> set[int]:
            return set(connection.execute(sa.text(sql), {"me": who.id}).scalars())

        own = {
            "project_id": ids("SELECT id FROM projects WHERE author_id = :me"),
            "contest_id": ids("SELECT id FROM contests WHERE created_by = :me"),
            "ballot_id": ids("SELECT id FROM ballots WHERE person_id = :me"),
            "application_id": ids("SELECT id FROM applications WHERE submitted_by = :me"),
        }

    def is_own(table: str, row: dict[str, Any]) -> bool:
        if table == "people":
            return row["id"] == who.id
        owners = [row[name] for name in ("author_id", "created_by", "actor_id", "submitted_by") if name in row]
        if not owners and "person_id" in row and table != "group_members":
            owners = [row["person_id"]]
        if owners:
            return owners == [who.id] * len(owners)
        return any(row.get(name) in known for name, known in own.items())

    return [
        f"{one['table']}: {one['was']} → {one['row']}"[:600]
        for one in changes
        if not is_own(one["table"], one["row"]) or (one["was"] is not None and not is_own(one["table"], one["was"]))
    ]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", _handlers())
async def test_strangers_break_change_and_learn_nothing(world: World, name: str, role: str) -> None:
    owner, handler, full_name = _handler(name)
    assert full_name in callable_handlers()
    who = world.people[role]
    loader = owner.event_handlers.get("load")
    troubles: list[str] = []
    addresses = [address for route in _routes(owner) for address in world.samples.all(route)]
    # Garbage is sent at one address, a few real ids at all of them.
    payloads = _payloads(handler, world.ids)
    for place, address in enumerate(addresses):
        token = world.token(who)
        some = payloads if place == len(addresses) // 2 else payloads[: len(world.ids) : 4]
        for number, payload in enumerate(some):
            limits.reset()
            if number % 20 == 0:  # what an earlier call left in the state is part of the game, but not for ever
                state = shown_to(owner, token=token, path=address)
                first = loader is not None and handler is not loader
            calls = [(f"{owner.get_full_name()}.load", loader, {})] if first else []
            first = False
            for called, one, sent in [*calls, (full_name, handler, payload)]:
                assert one is not None
                raised = ""
                try:
                    text = await _called(state, called, one, sent)
                except Exception:  # noqa: BLE001  every kind is a finding
                    raised = traceback.format_exc(limit=-4)
                    text = ""
                heard = [line for line in world.complaints if line["level"] in {"error", "critical"}]
                world.complaints.clear()
                changes = world.changes()
                found = [f"raised\n{raised}"] if raised else []
                found += [f"logged {line.get('event')}\n{line.get('exception', '')[-1500:]}" for line in heard]
                found += [f"showed {leak}" for leak in _leaks(text, who)]
                if role == "guest":
                    allowed = GUESTS_MAY.get(f"{owner.__name__}.{called.rsplit('.', 1)[1]}", set())
                    found += [f"changed {one}" for one in changes if one["table"] not in allowed]
                else:
                    found += [f"changed {one}" for one in _foreign(world, who, changes)]
                troubles += [f"{called.rsplit('.', 1)[1]}({_short(sent)}) at {address} {one}" for one in found]
                if any(one["table"] in {"sign_ins", "people"} for one in changes):
                    token = world.token(who)
            if len(troubles) > 5:
                break
    assert not troubles, f"{len(troubles)} troubles\n" + "\n".join(dict.fromkeys(troubles))


def _short(payload: dict[str, Any]) -> str:
    text = repr(payload)
    return text if len(text) < 160 else text[:150] + "…"


# What opens by a code in a letter only, or in a demo only: nobody gets in by being somebody.
BY_CODE = {"ConfirmState", "JoinState", "RestoreState", "DemoState", "MailPageState"}
# What opens for whose ballot was annulled alone: tests/state/test_annulments.py opens it.
BY_FATE = {"AnnulledState"}
PERSONAS = ("resident", "activist", "official", "operator", "administrator")


@pytest.mark.parametrize("name", [name for name in _handlers() if name.endswith(".load")])
async def test_every_page_opens_for_somebody(world: World, name: str) -> None:
    """The refusals above mean something: the same records, through the same loaders, do open for those they are for."""
    owner, handler, full_name = _handler(name)
    seen = set()
    assert "/" not in _routes(owner) or owner.__name__ in {"HomeState", "ViewerState"}, "no page loads it"
    addresses = [address for route in _routes(owner) for address in world.samples.all(route)]
    for persona in ("", *PERSONAS):
        token = ""
        if persona:
            with world.engine.connect() as connection:
                person_id = connection.execute(
                    sa.text("SELECT id FROM people WHERE email = :email"), {"email": BY_KEY[persona].email}
                ).scalar_one()
            token = world.token(Somebody(persona, person_id))
        for address in addresses:
            state = shown_to(owner, token=token, path=address)
            await _called(state, full_name, handler, {})
            seen.add(state.status)
            if "ready" in seen:
                world.changes()
                return
    assert owner.__name__ in BY_CODE | BY_FATE, f"nobody sees anything at {addresses}: {seen}"
