"""Migrations: up and down and up again, and the models say the same as the database."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlmodel import SQLModel

from elka import migrate
from elka.core.formspec import FormSpec
from elka.data.reference import load_reference
from elka.data.standard_form import standard_form
from elka.db import engine_for, work_as
from elka.models.applications import Application
from elka.models.contests import Contest
from elka.models.forms import FormVersion
from elka.state.forms import spec_of


@pytest.fixture
def fresh(database: sa.Engine) -> Iterator[sa.Engine]:
    """A database that nothing has touched."""
    name = f"elka_fresh_{os.getpid()}"
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    engine = engine_for(database.url.set(database=name).render_as_string(hide_password=False))
    yield engine
    engine.dispose()
    with database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))


def _left(engine: sa.Engine) -> set[str]:
    """Return the names of tables, functions and types of ours."""
    with engine.connect() as connection:
        return set(
            connection.execute(
                sa.text(
                    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') "
                    "UNION SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                )
            ).scalars()
        )


def test_up_down_and_up_again(fresh: sa.Engine) -> None:
    migrate.upgrade(fresh)
    have, want = migrate.state(fresh)
    assert have == want
    whole = _left(fresh)
    assert {"votes", "journal", "procrastinate_jobs", "elka_cast"} <= whole
    migrate.downgrade(fresh, "base")
    assert _left(fresh) == {"alembic_version"}
    migrate.upgrade(fresh)
    assert _left(fresh) == whole


OLD = """
INSERT INTO people (id, last_name, first_name, patronymic, settlement_id, email, phone, password_hash, birth_date, created_at)
    SELECT 1, 'Петров', 'Олег', '', id, 'oleg@example.org', '+79120000000', '!', '1980-01-01', now() FROM settlements LIMIT 1;
INSERT INTO contests (id, kind, title, summary, rules, stage, budget, min_cost, max_cost, max_share, min_age, group_min,
        min_votes, may_change_votes, figures_hidden, created_by, created_at, announced_at, version)
    SELECT n, 'regional', 'Конкурс', '', '', stage, 1000000, 0, 500000, 90, 16, n, 0, true, true, 1, now(), announced, 1
    FROM (VALUES (1, 'voting', now()), (2, 'draft', NULL)) AS old (n, stage, announced);
INSERT INTO contest_phases VALUES (1, 'voting', now() - interval '1 day', now() + interval '1 day');
INSERT INTO projects (id, author_id, title, summary, problem, outcome, address, direction_id, settlement_id, stage,
        created_at, updated_at, version)
    SELECT 1, 1, 'Причал', '', '', '', '', (SELECT min(id) FROM directions), settlement_id, 'submitted', now(), now(), 1
    FROM people;
INSERT INTO applications (id, contest_id, project_id, number, status, revision, cost, amount, submitted_by, submitted_at)
    VALUES (1, 1, 1, 1, 'admitted', 1, 350000, 300000, 1, now());
"""


def test_contests_of_the_first_shape_get_the_form_that_their_applications_were_made_by(fresh: sa.Engine) -> None:
    migrate.upgrade(fresh, "0001")
    with work_as(bind=fresh) as work:
        load_reference(work.session)
    with fresh.begin() as connection:
        connection.execute(sa.text(OLD))
    migrate.upgrade(fresh)
    with work_as(bind=fresh) as work:
        voting, draft = (work.session.get_one(Contest, number) for number in (1, 2))
        assert (voting.form_version, voting.voter_age, voting.applicants) == (1, 16, ["resident", "group"])
        assert (draft.form_version, draft.applicants) == (0, ["group"])
        standard = standard_form()
        assert spec_of(work.session, voting) == spec_of(work.session, draft) == standard
        version = work.session.get_one(FormVersion, (1, 1))
        assert FormSpec.load(version.spec).sha256 == standard.sha256
        application = work.session.get_one(Application, 1)
        assert application.created_at == application.submitted_at
        assert (application.applicant, application.category_id) == ("resident", None)
    with fresh.begin() as connection, pytest.raises(sa.exc.IntegrityError, match="cannot change"):
        connection.execute(sa.text("UPDATE contests SET voter_age = 18 WHERE id = 1"))
    migrate.downgrade(fresh, "0001")
    with fresh.connect() as connection:
        assert connection.execute(sa.text("SELECT number FROM applications")).scalar_one() == 1


def test_models_and_database_say_the_same(database: sa.Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _up: not (kind == "table" and str(name).startswith("procrastinate"))
            },
        )
        assert compare_metadata(context, SQLModel.metadata) == []


def test_loading_the_reference_again_changes_nothing(fresh: sa.Engine) -> None:
    migrate.upgrade(fresh)

    def numbers() -> list[int]:
        with work_as(bind=fresh) as work:
            load_reference(work.session)
        with fresh.connect() as connection:
            return [
                connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("municipalities", "settlements", "directions", "consent_documents")
            ]

    first = numbers()
    assert first[0] == 22
    assert first[1] == 200
    assert numbers() == first
