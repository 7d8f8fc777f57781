"""Mutually exclusive projects, and which winner bars a project that lost."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and the column."""
    op.add_column("outcomes", sa.Column("barred_by", sa.BigInteger(), nullable=True))
    op.create_table(
        "exclusive_groups",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("char_length(ground) BETWEEN 10 AND 500", name=op.f("ck_exclusive_groups_ground_given")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_exclusive_groups_contest_id")),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_exclusive_groups_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusive_groups")),
        sa.UniqueConstraint("id", "contest_id", name=op.f("uq_exclusive_groups_id_contest_id")),
    )
    op.create_index("ix_exclusive_groups_contest", "exclusive_groups", ["contest_id"])
    op.create_table(
        "exclusive_members",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id", "contest_id"],
            ["exclusive_groups.id", "exclusive_groups.contest_id"],
            name=op.f("fk_exclusive_members_group"),
        ),
        _of_contest("application_id", "fk_exclusive_members_application"),
        sa.PrimaryKeyConstraint("group_id", "application_id", name=op.f("pk_exclusive_members")),
    )
    op.create_index("ix_exclusive_members_application", "exclusive_members", ["application_id"])
    op.create_table(
        "exclusive_apart",
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("second_id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("seen_by", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_exclusive_apart_in_order")),
        _of_contest("first_id", "fk_exclusive_apart_first_id"),
        _of_contest("second_id", "fk_exclusive_apart_second_id"),
        sa.ForeignKeyConstraint(["seen_by"], ["people.id"], name=op.f("fk_exclusive_apart_seen_by")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_exclusive_apart")),
    )
    op.create_index("ix_exclusive_apart_contest", "exclusive_apart", ["contest_id"])
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0010.sql").read_text(encoding="utf-8"))


def _of_contest(column: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column, "contest_id"], ["applications.id", "applications.contest_id"], name=op.f(name)
    )


def downgrade() -> None:
    """Take them away."""
    connection = op.get_bind().connection.driver_connection
    connection.execute(
        "DROP TABLE exclusive_apart, exclusive_members, exclusive_groups;"
        "DROP FUNCTION elka_exclusive_stands(); DROP FUNCTION elka_exclusive_size()"
    )
    op.drop_column("outcomes", "barred_by")
