"""Work that nobody waits for: stages opening and closing by the clock, mail, reminders, sealing, self-checks.

Jobs live in the same PostgreSQL, deferred in the transaction of their cause (``Work.later``). Every job is safe to
run again: it looks at what is still to be done under a lock. A job whose worker died is taken up by another.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AppNotOpen, UniqueViolation
from procrastinate.jobs import Status

from elka import exporting, keeping, mailer, publishing, trials
from elka.core.actor import SYSTEM
from elka.db import JOBS_POOL, in_thread, work_as
from elka.models import vote_traces
from elka.settings import settings
from elka.state import attachments, exports, journal, notice_mail
from elka.state.lifecycle import advance_due
from elka.state.people import tidy

log = structlog.get_logger(__name__)

# The connector is given when a worker starts: nothing may connect at import, before the site forks.
jobs = App(connector=PsycopgConnector())

EVERY_MINUTE = "* * * * *"
EVERY_FIVE_SECONDS = "* * * * * */5"
EVERY_FIVE_MINUTES = "*/5 * * * *"
EVERY_TEN_MINUTES = "3-59/10 * * * *"
DAILY = "17 22 * * *"  # UTC: the middle of the night in Ugra
STALLED_SECONDS = 30


@jobs.periodic(cron=EVERY_MINUTE)
@jobs.task(name="advance_contests", queue="clock", queueing_lock="advance_contests", pass_context=False)
async def advance_contests(timestamp: int) -> None:  # noqa: ARG001  the moment is taken when the rows are locked
    """Open and close the stages whose minute has come."""

    def run() -> list[int]:
        with work_as(SYSTEM) as work:
            return advance_due(work)

    for contest_id in await in_thread(run):
        log.info("contest advanced", contest=contest_id)


@jobs.periodic(cron=EVERY_FIVE_SECONDS)
@jobs.task(name="seal_journal", queue="clock", queueing_lock="seal_journal")
async def seal_journal(timestamp: int) -> None:  # noqa: ARG001
    """Seal new entries of the journal."""

    def run() -> int:
        with work_as(SYSTEM) as work:
            return journal.seal(work)

    sealed = journal.BATCH
    while sealed == journal.BATCH:
        sealed = await in_thread(run)


@jobs.task(
    name="send_mail",
    queue="mail",
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
async def send_mail(mail_id: int) -> None:
    """Send one letter; sent at most once for each success, under the row's lock."""
    await in_thread(lambda: mailer.send(mail_id))


@jobs.periodic(cron=EVERY_FIVE_MINUTES)
@jobs.task(name="send_digests", queue="clock", queueing_lock="send_digests")
async def send_digests(timestamp: int) -> None:  # noqa: ARG001
    """Write the letters that gather what people have not read."""

    def run() -> int:
        with work_as(SYSTEM) as work:
            return notice_mail.send_digests(work)

    told = notice_mail.BATCH
    while told == notice_mail.BATCH:
        told = await in_thread(run)


@jobs.periodic(cron=EVERY_TEN_MINUTES)
@jobs.task(name="remind_of_terms", queue="clock", queueing_lock="remind_of_terms")
async def remind_of_terms(timestamp: int) -> None:  # noqa: ARG001
    """Remind of drafts and corrections whose term comes near."""

    def run() -> int:
        with work_as(SYSTEM) as work:
            return notice_mail.remind(work)

    if told := await in_thread(run):
        log.info("people reminded of terms", notices=told)


@jobs.periodic(cron=EVERY_MINUTE)
@jobs.task(name="retry_stalled", queue="clock", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Put jobs whose worker died back into the queue."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        try:
            await manager.retry_job(job)
        except UniqueViolation:  # the next one of its kind waits already and does what this one did not
            log.warning("job given up for the next of its kind", job=job.id, task=job.task_name)
            await manager.finish_job(job, status=Status.ABORTED, delete_job=False)
        else:
            log.warning("job taken up again", job=job.id, task=job.task_name)


@jobs.periodic(cron=DAILY)
@jobs.task(name="tidy_accounts", queue="clock", queueing_lock="tidy_accounts")
async def tidy_accounts(timestamp: int) -> None:  # noqa: ARG001
    """Remove sign-ups never confirmed, dead tokens, ended sign-ins and letters sent long ago."""

    def run() -> dict[str, int]:
        with work_as(SYSTEM) as work:
            return tidy(work)

    log.info("accounts tidied", **await in_thread(run))


@jobs.task(name="make_export", queue="default", retry=RetryStrategy(max_attempts=5, wait=10))
async def make_export(export_id: int) -> None:
    """Make one export of applications; one at a time (``lock``), and again from the beginning if its worker ended."""
    steps = exporting.steps(export_id)
    while await in_thread(lambda: next(steps, None)) is not None:  # between two steps the site may be shut down
        pass


@jobs.periodic(cron=EVERY_MINUTE)
@jobs.task(name="publish_ballots", queue="default", queueing_lock="publish_ballots", lock="publications")
async def publish_ballots(timestamp: int) -> None:  # noqa: ARG001
    """Make the files of ballots that are counted and have none, then keep all files of what is published.

    What cannot be made keeps nothing else back.
    """
    for contest_id in await in_thread(publishing.due):
        try:
            if await in_thread(partial(publishing.make, contest_id)):
                log.info("ballots written", contest=contest_id)
        except Exception:
            log.exception("ballots cannot be written", contest=contest_id)
    for contest_id in await in_thread(keeping.due):
        try:
            await in_thread(partial(keeping.keep, contest_id))
        except Exception:
            log.exception("files of results cannot be kept", contest=contest_id)


@jobs.periodic(cron=DAILY)
@jobs.task(name="tidy_files", queue="clock", queueing_lock="tidy_files")
async def tidy_files(timestamp: int) -> None:  # noqa: ARG001
    """Remove exports of yesterday, and files that nobody needs any more."""

    def run() -> dict[str, int]:
        with work_as(SYSTEM) as work:
            forgotten = {"exports": exports.tidy(work), "attachments": attachments.tidy(work)}
        with work_as(SYSTEM) as work:
            return forgotten | {"files": attachments.sweep(work), "trials": trials.sweep()}

    log.info("files tidied", **await in_thread(run))


@jobs.periodic(cron=DAILY)
@jobs.task(name="forget_traces", queue="clock", queueing_lock="forget_traces")
async def forget_traces(timestamp: int) -> None:  # noqa: ARG001
    """Delete what votes were remembered with when its time has passed, and proofs that have expired."""

    def run() -> dict[str, int]:
        with work_as(SYSTEM) as work:
            return vote_traces.forget_old(work.session, work.now)

    log.info("traces of votes forgotten", **await in_thread(run))


@jobs.periodic(cron=DAILY)
@jobs.task(name="self_check", queue="clock", queueing_lock="self_check")
async def self_check(timestamp: int) -> None:  # noqa: ARG001
    """Check every invariant; a broken one is an error in the log, so that an operator hears of it."""
    from elka import doctor

    for finding in await in_thread(doctor.invariants):
        if not finding.ok:
            log.error("self-check failed", check=finding.name, detail=finding.detail)


@asynccontextmanager
async def open_app() -> AsyncIterator[App]:
    """Open the queue on the site's database, with a small pool of its own."""
    from elka.db import engine

    url = engine().url.set(drivername="postgresql").render_as_string(hide_password=False)
    connector = PsycopgConnector(conninfo=url, min_size=1, max_size=JOBS_POOL, kwargs={"application_name": "elka-jobs"})
    with jobs.replace_connector(connector) as app:  # one worker a process: tasks know but one app
        async with app.open_async():
            yield app


async def run_worker(*, name: str = "elka", signals: bool = False) -> None:
    """Run jobs until cancelled."""
    async with open_app() as app:
        await app.run_worker_async(
            name=name,
            concurrency=3,
            delete_jobs="successful",
            install_signal_handlers=signals,
            shutdown_graceful_timeout=10,
            fetch_job_polling_interval=2,
        )


@asynccontextmanager
async def in_app() -> AsyncIterator[None]:
    """Lifespan of the site: run jobs beside it when the settings say so; a fault of the queue never ends the site."""
    if not settings().jobs_in_app:
        yield
        return
    task = asyncio.create_task(_keep_running(), name="elka-jobs")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _keep_running() -> None:
    pause = 1.0
    while True:
        try:
            await run_worker()
        except asyncio.CancelledError:
            raise
        except (AppNotOpen, Exception):
            log.exception("jobs stopped; trying again", seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30)
        else:
            return
