"""Batches of paper ballots that a correction of published results puts in place of counted ones."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_STATUSES = ("draft", "sent", "confirmed", "leaving", "withdrawn")
_GROUNDS = ("renounced", "ineligible", "site", "returned", "ballots", "paper", "note")
_CONFIRMED = ("confirmed", "leaving", "withdrawn")


def upgrade() -> None:
    """Make the columns, and what the database refuses of them."""
    op.add_column("paper_batches", sa.Column("replaces", sa.BigInteger(), nullable=True))
    op.create_unique_constraint("uq_paper_batches_id_contest_id", "paper_batches", ["id", "contest_id"])
    op.create_foreign_key(
        "fk_paper_batches_replaces", "paper_batches", "paper_batches", ["replaces", "contest_id"], ["id", "contest_id"]
    )
    op.create_index(
        "uq_paper_batches_replaces",
        "paper_batches",
        ["replaces"],
        unique=True,
        postgresql_where=sa.text("status <> 'withdrawn'"),
    )
    _statuses(("ready", *_STATUSES), ("ready", *_CONFIRMED))
    op.create_check_constraint(
        op.f("ck_paper_batches_ready_instead"), "paper_batches", "status <> 'ready' OR replaces IS NOT NULL"
    )
    op.add_column(
        "result_corrections",
        sa.Column("entered", postgresql.ARRAY(sa.BigInteger()), server_default="{}", nullable=False),
    )
    op.alter_column("result_corrections", "entered", server_default=None)
    _one_of("result_corrections", "ground", (*_GROUNDS, "replaced"))
    op.create_check_constraint(
        op.f("ck_result_corrections_one_for_one"),
        "result_corrections",
        "cardinality(entered) = CASE ground WHEN 'replaced' THEN cardinality(batches) ELSE 0 END",
    )
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0011.sql").read_text(encoding="utf-8"))


def _statuses(allowed: tuple[str, ...], confirmed: tuple[str, ...]) -> None:
    _one_of("paper_batches", "status", allowed)
    op.drop_constraint(op.f("ck_paper_batches_confirmed_by_somebody"), "paper_batches")
    op.create_check_constraint(
        op.f("ck_paper_batches_confirmed_by_somebody"),
        "paper_batches",
        f"(status IN ({_listed(confirmed)})) = (decided_by IS NOT NULL AND sha256 IS NOT NULL)",
    )


def _one_of(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} IN ({_listed(values)})")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in values)


def downgrade() -> None:
    """Take them away. Refused where a batch waits to be counted or a correction put one in place of another."""
    connection = op.get_bind().connection.driver_connection
    connection.execute("DROP TRIGGER paper_guard ON paper_batches")
    text = Path(__file__).with_name("triggers_0009.sql").read_text(encoding="utf-8")
    for function in ("elka_result_correction_guard", "elka_paper_guard"):
        start = text.index(f"FUNCTION {function}")
        connection.execute("CREATE OR REPLACE " + text[start : text.index("END $$;", start) + 7])
    connection.execute(
        "CREATE TRIGGER paper_guard BEFORE UPDATE OR DELETE ON paper_batches "
        "FOR EACH ROW EXECUTE FUNCTION elka_paper_guard()"
    )
    op.drop_constraint(op.f("ck_result_corrections_one_for_one"), "result_corrections")
    _one_of("result_corrections", "ground", _GROUNDS)
    op.drop_column("result_corrections", "entered")
    op.drop_constraint(op.f("ck_paper_batches_ready_instead"), "paper_batches")
    _statuses(_STATUSES, _CONFIRMED)
    op.drop_index("uq_paper_batches_replaces", "paper_batches")
    op.drop_constraint("fk_paper_batches_replaces", "paper_batches")
    op.drop_constraint("uq_paper_batches_id_contest_id", "paper_batches")
    op.drop_column("paper_batches", "replaces")
