"""Self-checks: what must always hold, asked of the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import redis
import sqlalchemy as sa
from sqlmodel import col

from elka import migrate, proxies, redis_server
from elka.core.actor import SYSTEM
from elka.db import JOBS_POOL, OVERFLOW, engine, work_as
from elka.models.contests import Contest
from elka.models.publications import Publication, sealed
from elka.settings import Settings, settings
from elka.state import attachments, journal, result_files

LATE_MINUTES = 5
REDIS_SECONDS = 2
OLDEST_REDIS = (6, 2)  # Reflex takes a key and removes it by one command, which came with it
SPARE_CONNECTIONS = 5  # for `elka doctor`, a backup, an operator's own look


@dataclass(frozen=True)
class Finding:
    """One check: its name, whether it holds, and what was found when it does not."""

    name: str
    ok: bool
    detail: str = ""


# Each query counts what must not exist.
INVARIANTS: dict[str, str] = {
    "ballots over their limit": "SELECT count(*) FROM ballots WHERE pick_limit IS NOT NULL AND picks > pick_limit",
    "ballots over the budget": "SELECT count(*) FROM ballots WHERE cost_limit IS NOT NULL AND cost > cost_limit",
    "ballots whose sum differs from their votes": """
        SELECT count(*) FROM ballots b
        LEFT JOIN (SELECT v.ballot_id, sum(a.amount) AS n FROM votes v JOIN applications a ON a.id = v.application_id
                   GROUP BY v.ballot_id) v ON v.ballot_id = b.id
        WHERE b.cost_limit IS NOT NULL AND b.cost <> coalesce(v.n, 0)""",
    "ballots whose count differs from their votes": """
        SELECT count(*) FROM ballots b
        LEFT JOIN (SELECT ballot_id, count(*) AS n FROM votes GROUP BY ballot_id) v ON v.ballot_id = b.id
        WHERE b.picks <> coalesce(v.n, 0)""",
    "ballot limits that differ from the contest": """
        SELECT count(*) FROM ballots b JOIN contests c ON c.id = b.contest_id
        WHERE b.pick_limit IS DISTINCT FROM c.vote_limit
            OR b.cost_limit IS DISTINCT FROM CASE WHEN c.vote_kind = 'knapsack' THEN c.budget END
            OR b.points_limit IS DISTINCT FROM CASE WHEN c.vote_kind = 'points' THEN c.points_limit END""",
    "parts of ballots over the limit of their category": """
        SELECT count(*) FROM ballot_parts WHERE picks > pick_limit OR cost > cost_limit""",
    "parts of ballots that differ from their votes or their category": """
        SELECT count(*) FROM (
            SELECT v.ballot_id, g.id AS category_id, count(*) AS picks, sum(a.amount) AS cost,
                g.vote_limit, elka_part_purse(c, g) AS purse
            FROM votes v JOIN applications a ON a.id = v.application_id
            JOIN contest_categories g ON g.id = a.category_id JOIN contests c ON c.id = g.contest_id
            WHERE g.vote_limit IS NOT NULL OR elka_part_purse(c, g) IS NOT NULL
            GROUP BY v.ballot_id, g.id, g.vote_limit, elka_part_purse(c, g)) AS cast_
        FULL JOIN ballot_parts p USING (ballot_id, category_id)
        WHERE coalesce(p.picks, 0) <> coalesce(cast_.picks, 0)
            OR p.cost_limit IS NOT NULL AND p.cost <> coalesce(cast_.cost, 0)
            OR cast_.ballot_id IS NOT NULL AND (p.pick_limit, p.cost_limit) IS DISTINCT FROM (cast_.vote_limit, cast_.purse)""",
    "ballots that give more points than they have": """
        SELECT count(*) FROM ballots WHERE points_limit IS NOT NULL AND points > points_limit""",
    "ballots whose points differ from their votes": """
        SELECT count(*) FROM ballots b
        LEFT JOIN (SELECT ballot_id, sum(points) AS n FROM votes WHERE points IS NOT NULL GROUP BY ballot_id) v
            ON v.ballot_id = b.id
        WHERE b.points <> coalesce(v.n, 0)""",
    "votes without the place or the points of their kind": """
        SELECT count(*) FROM votes v JOIN contests c ON c.id = v.contest_id
        WHERE (v.place IS NOT NULL, v.points IS NOT NULL) <> (c.vote_kind = 'ranked', c.vote_kind = 'points')""",
    "votes for applications not on the ballot": """
        SELECT count(*) FROM votes v JOIN applications a ON a.id = v.application_id
        WHERE a.status NOT IN ('admitted', 'won', 'lost', 'withdrawn')""",
    "ballots cast outside voting": """
        SELECT count(*) FROM ballots b JOIN contest_phases p ON p.contest_id = b.contest_id AND p.kind = 'voting'
        WHERE b.cast_at < p.opens_at OR b.changed_at >= p.closes_at""",
    "winners over the budget": """
        SELECT count(*) FROM counts c JOIN contests k ON k.id = c.contest_id
        JOIN (SELECT contest_id, sum(amount) AS spent FROM outcomes WHERE won GROUP BY contest_id) o USING (contest_id)
        WHERE o.spent <> c.spent OR (k.allot = 'budget' AND o.spent > c.budget)""",
    "winners over the budget or the places of their category": """
        SELECT count(*) FROM contest_categories g JOIN contests k ON k.id = g.contest_id
        JOIN (SELECT category_id, sum(amount) AS spent, count(*) AS won FROM outcomes WHERE won GROUP BY category_id) o
            ON o.category_id = g.id
        WHERE (k.allot = 'budget' AND o.spent > g.budget) OR (k.allot = 'places' AND o.won > g.places)""",
    "winners over the places": """
        SELECT count(*) FROM contests k
        JOIN (SELECT contest_id, count(*) AS won FROM outcomes WHERE won GROUP BY contest_id) o ON o.contest_id = k.id
        WHERE k.allot = 'places' AND o.won > coalesce(k.places,
            (SELECT sum(g.places) FROM contest_categories g WHERE g.contest_id = k.id), 0)""",
    "outcomes that differ from the votes": """
        SELECT count(*) FROM outcomes o
        LEFT JOIN (SELECT application_id, count(*) AS n FROM valid_votes GROUP BY application_id) v USING (application_id)
        WHERE o.votes - o.paper <> coalesce(v.n, 0)""",
    "paper ballots that one person entered and confirmed": """
        SELECT count(*) FROM paper_batches WHERE decided_by = entered_by OR withdrawn_by = leaving_by""",
    "batches of paper ballots counted beside those that they replace": """
        SELECT count(*) FROM paper_batches n JOIN paper_batches o ON o.id = n.replaces
        WHERE n.status IN ('confirmed', 'leaving', 'withdrawn') AND o.status <> 'withdrawn'""",
    # To a hundredth of a point: halves are rounded up exactly by the count alone.
    "outcomes that differ from the marks": """
        SELECT count(*) FROM outcomes o
        LEFT JOIN (
            SELECT s.application_id, sum(c.weight * s.mark::numeric / c.most) * 100 / nullif(sum(c.weight), 0) AS points
            FROM scores s JOIN criteria c ON c.id = s.criterion_id GROUP BY s.application_id
        ) s USING (application_id)
        WHERE o.score IS NOT NULL AND (s.points IS NULL OR abs(o.score - s.points) > 0.51)""",
    "marks over the highest or of another contest": """
        SELECT count(*) FROM scores s JOIN criteria c ON c.id = s.criterion_id
        JOIN applications a ON a.id = s.application_id
        WHERE s.mark > c.most * 100 OR a.contest_id <> c.contest_id""",
    "applications without their revision": """
        SELECT count(*) FROM applications a
        WHERE a.status <> 'draft' AND NOT EXISTS (SELECT FROM revisions r WHERE r.application_id = a.id AND r.number = a.revision)""",
    "announced contests without a frozen template": """
        SELECT count(*) FROM contests c
        WHERE c.announced_at IS NOT NULL AND NOT EXISTS (
            SELECT FROM form_versions v WHERE v.contest_id = c.id AND v.number = c.form_version)""",
    "applications in a category of another kind": """
        SELECT count(*) FROM applications a JOIN contests c ON c.id = a.contest_id
        WHERE a.category_id IS NOT NULL AND c.category_basis IS NULL""",
    "sealed ballots that differ in number from those cast": """
        SELECT count(*) FROM publications p
        WHERE p.ballots <> (SELECT count(*) FROM ballots b WHERE b.contest_id = p.contest_id AND b.picks > 0)""",
    "published results of a vote without sealed ballots": """
        SELECT count(*) FROM contests c
        JOIN contest_phases p ON p.contest_id = c.id AND p.kind = 'voting'
        WHERE c.published_at < now() - interval '10 minutes'
            AND NOT EXISTS (SELECT FROM publications s WHERE s.contest_id = c.id)""",
    "ballots marked by another annulment than the one that stands": """
        SELECT count(*) FROM ballots b LEFT JOIN annulments a ON a.id = b.annulled_by
        WHERE b.annulled_by IS NOT NULL AND (a.confirmed IS NOT TRUE OR a.lifts IS NOT NULL OR NOT EXISTS (
            SELECT FROM annulment_ballots l WHERE l.annulment_id = a.id AND l.ballot_id = b.id))""",
    "winners that exclude each other": """
        SELECT count(*) FROM exclusive_members one JOIN exclusive_members other USING (group_id)
        JOIN outcomes a ON a.application_id = one.application_id AND a.won
        JOIN outcomes b ON b.application_id = other.application_id AND b.won
        WHERE one.application_id < other.application_id""",
    "groups of exclusive projects of another size than 2 to 20": """
        SELECT count(*) FROM exclusive_groups g
        WHERE (SELECT count(*) FROM exclusive_members m WHERE m.group_id = g.id) NOT BETWEEN 2 AND 20""",
    "annulments decided by one person": "SELECT count(*) FROM annulments WHERE decided_by = proposed_by",
    "corrections of results signed by one person": """
        SELECT count(*) FROM result_corrections WHERE decided_by = proposed_by""",
    "results in force that differ from their version": """
        SELECT count(*) FROM outcomes o
        JOIN (SELECT contest_id, max(number) AS number FROM result_versions GROUP BY contest_id) n USING (contest_id)
        LEFT JOIN outcome_versions v
            ON v.contest_id = n.contest_id AND v.number = n.number AND v.application_id = o.application_id
        WHERE o IS DISTINCT FROM jsonb_populate_record(NULL::outcomes, v.facts)""",
    "versions of results that do not follow one another": """
        SELECT count(*) FROM result_versions v
        WHERE v.number > 1 AND NOT EXISTS (
            SELECT FROM result_versions b JOIN result_corrections c ON c.id = v.correction_id
            WHERE b.contest_id = v.contest_id AND b.number = v.number - 1 AND b.digest = v.previous
                AND c.status = 'signed' AND c.base = b.number)""",
    "published results without a count": """
        SELECT count(*) FROM contests c
        WHERE c.published_at IS NOT NULL AND NOT EXISTS (SELECT FROM counts n WHERE n.contest_id = c.id)""",
}

NEVER_EMPTIED = (
    *("contests", "contest_phases", "contest_categories", "criteria", "form_versions", "contest_edits"),
    *("applications", "revisions", "exclusive_groups", "exclusive_members", "ballots", "votes", "ballot_parts"),
    *("annulments", "annulment_ballots", "objections", "paper_batches", "publications", "counts", "outcomes"),
    *("result_corrections", "result_versions", "outcome_versions", "version_files", "consent_documents", "consents"),
)
TRIGGERS = {
    ("journal", "append_only"),
    ("journal", "append_only_all"),
    ("journal_seals", "append_only"),
    ("revisions", "append_only"),
    ("consent_documents", "append_only"),
    ("ballots", "guard"),
    ("votes", "counted"),
    ("votes", "uncounted"),
    ("votes", "never_changed"),
    ("contests", "rules_stand"),
    ("contest_phases", "dates_stand"),
    ("form_versions", "append_only"),
    ("contest_edits", "append_only"),
    ("contest_categories", "parts_stand"),
    ("criteria", "parts_stand"),
    ("form_fields", "form_stands"),
    ("publications", "seal_stands"),
    ("ballots", "annulled_stands"),
    ("annulments", "guard"),
    ("annulments", "done"),
    ("annulment_ballots", "guard"),
    ("exclusive_groups", "stands"),
    ("exclusive_groups", "size_stands"),
    ("exclusive_members", "stands"),
    ("exclusive_members", "size_stands"),
    ("paper_batches", "paper_guard"),
    ("result_corrections", "guard"),
    ("result_versions", "guard"),
    ("outcome_versions", "stands"),
    ("outcome_versions", "whole"),
    ("version_files", "stands"),
    ("outcomes", "stands"),
    ("counts", "stands"),
    ("ballot_parts", "guard"),
    ("contests", "categories_decided"),
    ("applications", "category_stands"),
    ("contests", "stage_stands"),
    *((table, name) for table in ("ballots", "votes") for name in ("sealed_in", "sealed_out")),
    *((table, "never_emptied") for table in NEVER_EMPTIED),
}


def basics() -> Iterator[Finding]:
    """Check what the site needs to answer at all: database, migrations, jobs."""
    with engine().connect() as connection:
        connection.execute(sa.select(1))
        yield Finding("database", ok=True)
        have, want = migrate.state(engine())
        yield Finding("migrations", have == want, f"database at {have}, code at {want}")
        late = connection.execute(
            sa.text(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' "
                "AND coalesce(scheduled_at, now()) < now() - make_interval(mins => :minutes)"
            ),
            {"minutes": LATE_MINUTES},
        ).scalar_one()
        yield Finding("jobs", late == 0, f"{late} late by more than {LATE_MINUTES} minutes")
    if (url := settings().redis_url) is not None:
        yield _redis(url)


def _redis(url: str) -> Finding:
    """Check what several workers share. Whether it writes to disk does not matter: it may come back empty."""
    try:
        with redis.Redis.from_url(
            url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS, retry=None
        ) as client:
            said = client.info("server")
    except redis.RedisError as error:
        return Finding("redis", ok=False, detail=f"does not answer: {error}")
    version = str(said.get("redis_version", "0"))
    parts = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    return Finding("redis", parts >= OLDEST_REDIS, f"version {version}, needed: 6.2 or newer, or Valkey")


def _own_redis() -> Finding:
    """Check that `elka up` has a Redis to start for several workers, where the operator names none."""
    try:
        redis_server.binary()
    except redis_server.NoRedis as error:
        return Finding("redis", ok=False, detail=str(error))
    return Finding("redis", ok=True)


def connections(site: Settings, bind: sa.Engine) -> Finding:
    """Check that the database takes as many connections as all workers together may open."""
    need = site.workers * (site.pool_size + OVERFLOW + JOBS_POOL) + SPARE_CONNECTIONS
    with bind.connect() as connection:
        have = connection.execute(
            sa.text(
                "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            )
        ).scalar_one()
    detail = (
        f"ELKA_WORKERS={site.workers} with ELKA_POOL_SIZE={site.pool_size} may need {need} connections and the database "
        f"takes {have}: lower one of them, or raise max_connections"
    )
    return Finding("connections", need <= have, detail)


def invariants() -> list[Finding]:
    """Check everything that must never happen, and the journal's chain."""
    found = []
    with work_as(SYSTEM) as work:
        for name, query in INVARIANTS.items():
            number = work.session.execute(sa.text(query)).scalar_one()
            found.append(Finding(name, number == 0, f"{number} found"))
        present = {
            (table, name)
            for table, name in work.session.execute(
                sa.text(
                    "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                    "WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
                )
            )
        }
        missing = TRIGGERS - present
        found.append(Finding("guards of the database", not missing, f"missing: {sorted(missing)}"))
        lost = attachments.lost(work)
        found.append(Finding("files of applications", not lost, f"not on disk: {lost[:5]}, {len(lost)} in all"))
        gone = result_files.lost(work)
        found.append(Finding("published files of results", not gone, f"not on disk: {gone[:5]}, {len(gone)} in all"))
        report = journal.check(work)
        found.append(
            Finding(
                "journal chain",
                report.broken_at is None,
                f"broken at position {report.broken_at} of {report.links}",
            )
        )
    return found


def roots() -> Finding:
    """Compute the hash root of every sealed vote anew: whoever changes rows past the triggers is found, published or not.

    About a second for 800,000 votes, so it is not among ``invariants``.
    """
    differ = []
    with work_as(SYSTEM) as work:
        rows = work.session.execute(
            sa.select(Publication, Contest)
            .join(Contest, col(Contest.id) == col(Publication.contest_id))
            .order_by(col(Contest.id))
        )
        for row, contest in rows.all():
            if sealed(work.session, contest, settings().key()).root != row.root:
                differ.append(row.contest_id)
    return Finding("sealed ballots give their roots", not differ, f"changed since the close: contests {differ}")


def report() -> Iterator[Finding]:
    """Run every check, for ``elka doctor``."""
    yield from basics()
    yield from invariants()
    yield roots()
    site = settings()
    yield connections(site, engine())
    if site.workers > 1 and site.redis_url is None:
        yield _own_redis()
    yield Finding("proxies", not proxies.unknown(), proxies.TROUBLE)
    yield Finding("files", site.files.exists() or not any(_photo_rows()), f"{site.files} is missing but photos exist")


def _photo_rows() -> list[int]:
    with engine().connect() as connection:
        return list(connection.execute(sa.text("SELECT 1 FROM photos LIMIT 1")).scalars())
