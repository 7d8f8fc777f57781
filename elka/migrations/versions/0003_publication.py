"""Publication of ballots: the hash root of each closed vote, its turnout, the published file."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and the trigger that keeps what was sealed."""
    op.create_table(
        "publications",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("turnout", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(root) = 64", name=op.f("ck_publications_root_whole")),
        sa.CheckConstraint(
            "num_nulls(counted_at, sha256, size, made_at) IN (0, 4)", name=op.f("ck_publications_file_whole")
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_publications_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_publications")),
    )
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0003.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget what was sealed."""
    op.drop_table("publications")
    op.execute("DROP FUNCTION elka_seal_stands()")
