"""The database: the engine and ``Work``, one unit of work. The only commit() of the tree."""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa
import structlog
from sqlmodel import Session

from elka import clock
from elka.core.actor import GUEST, Actor
from elka.core.record_ids import record_id as read_id
from elka.errors import Denied, NotFound, Refused, SignInNeeded
from elka.models.journal import JournalEntry
from elka.models.mail import Mail
from elka.models.people import Person
from elka.models.sign_in import actor_of
from elka.postgres import embedded_url
from elka.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from elka.models.base import Scoped

    Record = TypeVar("Record", bound=Scoped)

T = TypeVar("T")
OVERFLOW = 2  # connections above the pool, each for a moment
JOBS_POOL = 4  # connections of the jobs, beside it
PING_AFTER_SECONDS = 1.0
log = structlog.get_logger(__name__)


class Work:
    """One unit of work: an actor, a moment, a transaction; committed once by ``work_as``.

    Everything it queues (mail, jobs) is written in the same transaction, so a rollback takes it back too;
    ``after_commit`` is for what cannot be (dropping a cache, say).
    """

    def __init__(
        self, session: Session, actor: Actor, now: datetime, *, address: str = "", user_agent: str = ""
    ) -> None:
        """``now``: the moment that every rule of this work judges by, UTC."""
        self.session = session
        self.actor = actor
        self.now = now
        self.address = address
        self.user_agent = user_agent
        self._after: list[Callable[[], None]] = []

    def get(self, model: type[Record], record_id: object, *, lock: bool = False) -> Record:
        """Return the row that the actor may see, locked if asked; raise ``NotFound`` otherwise.

        ``record_id`` may be anything that a browser sent.
        """
        query = sa.select(model).where(model.id == read_id(record_id), model.visible_to(self.actor))
        if lock:
            query = query.with_for_update(of=model).execution_options(populate_existing=True)
        row: Record | None = self.session.execute(query).scalar_one_or_none()
        if row is None:
            raise NotFound
        return row

    def person(self) -> int:
        """Return the id of the signed-in person; raise ``SignInNeeded`` for a guest."""
        if self.actor.person_id is None:
            raise SignInNeeded
        return self.actor.person_id

    def require(self, allowed: bool, reason: str | None = None) -> None:
        """Raise ``Denied`` unless allowed."""
        if not allowed:
            raise Denied(reason) if reason else Denied()

    def record(self, key: str, kind: str, subject_id: int | None, **facts: object) -> None:
        """Add an entry to the journal. ``facts`` must hold no contacts, tokens or picks."""
        self.session.add(
            JournalEntry(
                at=self.now,
                actor_id=self.actor.person_id,
                key=key,
                subject_kind=kind,
                subject_id=subject_id or 0,
                facts=dict(facts),
            )
        )

    def mail(self, to: Person | str, subject: str, body: str) -> Mail:
        """Write a letter, to a person or to an address that may have no account, and the job that sends it."""
        return self.mail_each([(to, subject, body)])[0]

    def mail_each(self, letters: Iterable[tuple[Person | str, str, str]]) -> list[Mail]:
        """Write letters (to whom, subject, text) and the jobs that send them: many take no more queries than one."""
        host = settings().origin.split("://")[1].split(":")[0]
        written = [
            Mail(
                person_id=None if isinstance(to, str) else to.id,
                to_address=to if isinstance(to, str) else to.email,
                subject=subject,
                body=body,
                message_id=f"<{uuid4()}@{host}>",
                created_at=self.now,
            )
            for to, subject, body in letters
        ]
        self.session.add_all(written)
        self.session.flush()
        if written:
            self.session.connection().execute(
                sa.text(
                    "SELECT procrastinate_defer_jobs_v1(ARRAY(SELECT ROW('mail', 'send_mail', 0, NULL, NULL, "
                    "jsonb_build_object('mail_id', id), NULL)::procrastinate_job_to_defer_v1 "
                    "FROM unnest(CAST(:ids AS bigint[])) AS id))"
                ),
                {"ids": [letter.id for letter in written]},
            )
        return written

    def later(
        self,
        task: str,
        *,
        queue: str = "default",
        at: datetime | None = None,
        lock: str | None = None,
        **arguments: object,
    ) -> None:
        """Defer a job in this very transaction: it exists exactly when the work was committed.

        Jobs with the same ``lock`` run one after another.
        """
        self.session.connection().execute(
            sa.text(
                "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, CAST(:lock AS text), NULL, "
                "CAST(:args AS jsonb), CAST(:at AS timestamptz))::procrastinate_job_to_defer_v1])"
            ),
            {"queue": queue, "task": task, "lock": lock, "args": json.dumps(arguments), "at": at},
        )

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call after the commit; never when the work was rolled back."""
        self._after.append(call)

    def _finish(self) -> None:
        self.session.commit()
        for call in self._after:
            call()


@lru_cache(maxsize=16)
def engine_for(url: str) -> sa.Engine:
    """Return the engine of this process for a URL. Nothing connects until it is used, so forking stays safe."""
    found = sa.create_engine(
        sa.make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=settings().pool_size,
        max_overflow=OVERFLOW,
        pool_use_lifo=True,
        hide_parameters=True,  # an error in the log must not carry what people typed
        connect_args={"application_name": "elka", "options": "-c timezone=UTC -c lock_timeout=15s"},
    )
    _ping_idle(found)
    return found


def _ping_idle(engine: sa.Engine) -> None:
    """Ask a connection whether it lives before it is used, unless it did a moment ago.

    As ``pool_pre_ping``, which asks each time: in a rush of votes that was one of five questions to the database.
    """

    def put_back(_connection: Any, record: Any) -> None:
        record.info["lived"] = time.monotonic()

    def take(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("lived", time.monotonic()) < PING_AFTER_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError from error  # a new start of the database ends all of them

    sa.event.listen(engine, "checkin", put_back)
    sa.event.listen(engine, "checkout", take)


def engine() -> sa.Engine:
    """Return the engine of the settings' database (``elka up`` sets the URL of the embedded one for its workers)."""
    url = settings().database_url
    if url is None:
        url = embedded_url(settings().home)
    return engine_for(url)


@contextmanager
def work_as(
    actor: Actor = GUEST,
    *,
    now: datetime | None = None,
    address: str = "",
    user_agent: str = "",
    bind: sa.Engine | None = None,
) -> Iterator[Work]:
    """Open a unit of work for a known actor (jobs, tests, the command line); commit at the end, roll back on error."""
    with Session(bind or engine(), expire_on_commit=False, autoflush=True) as session:
        work = Work(session, actor, now or clock.now(), address=address, user_agent=user_agent)
        yield work
        work._finish()


@contextmanager
def work_of(
    token_hash: bytes | None, *, now: datetime | None = None, address: str = "", user_agent: str = ""
) -> Iterator[Work]:
    """Open a unit of work for whoever holds this sign-in, checked anew against the database.

    ``now``: when the request came in. Waiting for a thread or a lock changes nothing in what it is judged by.
    """
    with work_as(now=now, address=address, user_agent=user_agent) as work:
        if token_hash is not None:
            work.actor = actor_of(work.session, token_hash, work.now) or GUEST
        yield work


@lru_cache(maxsize=1)
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=settings().pool_size, thread_name_prefix="elka-work")


async def in_thread(call: Callable[[], T]) -> T:
    """Run blocking work beside the event loop; as many threads as database connections."""
    return await asyncio.get_running_loop().run_in_executor(_threads(), call)


__all__ = ["GUEST", "Refused", "Work", "engine", "engine_for", "in_thread", "work_as", "work_of"]
