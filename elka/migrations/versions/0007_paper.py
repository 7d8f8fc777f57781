"""Paper ballots: batches of two people, and whether a contest takes them."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table and the columns."""
    op.add_column("contests", sa.Column("paper", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("outcomes", sa.Column("paper", sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "paper_batches",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("kind", _one_of("kind", "ballots", "totals"), nullable=False),
        sa.Column("status", _one_of("status", "draft", "sent", "confirmed", "leaving", "withdrawn"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("spoiled", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leaving_by", sa.BigInteger(), nullable=True),
        sa.Column("leaving_why", sa.String(), nullable=False),
        sa.Column("withdrawn_by", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("decided_by <> entered_by", name=op.f("ck_paper_batches_two_people")),
        sa.CheckConstraint("withdrawn_by <> leaving_by", name=op.f("ck_paper_batches_two_people_withdraw")),
        sa.CheckConstraint("ballots >= 0 AND spoiled >= 0", name=op.f("ck_paper_batches_not_negative")),
        sa.CheckConstraint("(status = 'draft') = (content IS NULL)", name=op.f("ck_paper_batches_content_when_sent")),
        sa.CheckConstraint(
            "(status IN ('confirmed', 'leaving', 'withdrawn')) = (decided_by IS NOT NULL AND sha256 IS NOT NULL)",
            name=op.f("ck_paper_batches_confirmed_by_somebody"),
        ),
        sa.CheckConstraint(
            "status <> 'leaving' OR leaving_by IS NOT NULL", name=op.f("ck_paper_batches_leaving_asked")
        ),
        sa.CheckConstraint(
            "(status = 'withdrawn') = (withdrawn_by IS NOT NULL) AND (status <> 'withdrawn' OR leaving_by IS NOT NULL)",
            name=op.f("ck_paper_batches_withdrawn_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_paper_batches_contest_id")),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_paper_batches_{name}"))
            for name in ("entered_by", "decided_by", "leaving_by", "withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batches")),
    )
    op.create_index("ix_paper_batches_contest", "paper_batches", ["contest_id"])
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0007.sql").read_text(encoding="utf-8"))


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    """Take them away."""
    connection = op.get_bind().connection.driver_connection
    connection.execute("DROP TABLE paper_batches; DROP FUNCTION elka_paper_guard()")
    text = Path(__file__).with_name("triggers_0005.sql").read_text(encoding="utf-8")
    start = text.index("CREATE OR REPLACE FUNCTION elka_rules_stand")
    connection.execute(text[start : text.index("END $$;", start) + 7])
    op.drop_column("outcomes", "paper")
    op.drop_column("contests", "paper")
