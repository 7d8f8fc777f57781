"""Every handler that a browser may call, called by those who have no business with it, with whatever they may send.

Nobody meets a fault of ours, nothing of others changes, nothing of others is shown. The handlers are found by
themselves, so a new one is covered the day it is written; the records are those of the demo region.
"""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import structlog

from elka import cache, clock, limits, migrate
from elka.core.actor import SYSTEM, Role
from elka.data.reference import load_reference
from elka.db import Work, engine_for, work_as
from elka.demo.load import load
from elka.demo.personas import BY_KEY
from elka.models.sign_in import SignIn
from elka.settings import settings
from elka.state import sign_in
from elka.state.gate import callable_handlers
from tests.addresses import Samples, samples
from tests.browser import shown_to
from tests.conftest import new_database
from tests.factories import grant, person, settlement
from tests.handlers import call_handler, handler_names, handler_of, payloads_of, routes_of

EXAMPLES = {"name@example.com", "имя@пример.рф", "+79821234567"}  # in our own hints
HIDDEN = "Тайнов"  # the surname of everybody who did not agree to be named
ROLES = ("guest", "resident", "official of another municipality")
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
@pytest.mark.parametrize("name", handler_names())
async def test_strangers_break_change_and_learn_nothing(world: World, name: str, role: str) -> None:
    owner, handler, full_name = handler_of(name)
    assert full_name in callable_handlers()
    who = world.people[role]
    loader = owner.event_handlers.get("load")
    troubles: list[str] = []
    addresses = [address for route in routes_of(owner) for address in world.samples.all(route)]
    # Garbage is sent at one address, a few real ids at all of them.
    payloads = payloads_of(handler, world.ids)
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
                    text = await call_handler(state, called, one, sent)
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
# What opens for whose ballot was annulled alone: tests/state/test_annulment_objections.py opens it.
BY_FATE = {"AnnulledState"}
PERSONAS = ("resident", "activist", "official", "operator", "administrator")


@pytest.mark.parametrize("name", [name for name in handler_names() if name.endswith(".load")])
async def test_every_page_opens_for_somebody(world: World, name: str) -> None:
    """The refusals above mean something: the same records, through the same loaders, do open for those they are for."""
    owner, handler, full_name = handler_of(name)
    seen = set()
    assert "/" not in routes_of(owner) or owner.__name__ in {"HomeState", "ViewerState"}, "no page loads it"
    addresses = [address for route in routes_of(owner) for address in world.samples.all(route)]
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
            await call_handler(state, full_name, handler, {})
            seen.add(state.status)
            if "ready" in seen:
                world.changes()
                return
    assert owner.__name__ in BY_CODE | BY_FATE, f"nobody sees anything at {addresses}: {seen}"
