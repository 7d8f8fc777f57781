"""Limits of one ballot by category: lists of settlements, counters of a ballot by category, categories that stand."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_JUDGED = "('voting', 'expert', 'decision', 'awarded', 'closed')"
_BASES = "category_basis IN ('population', 'direction', 'nomination'{more})"


def upgrade() -> None:
    """Add what limits are told by, what they are counted in, and the guards."""
    _bases(", 'settlement'")
    op.add_column("contest_categories", sa.Column("vote_limit", sa.Integer(), nullable=True))
    op.add_column(
        "contest_categories",
        sa.Column("settlements", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_contest_categories_vote_limit_range"), "contest_categories", "vote_limit BETWEEN 1 AND 1000"
    )
    op.add_column("contests", sa.Column("voters_own_part", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("contests", sa.Column("category_purses", sa.Boolean(), server_default=sa.true(), nullable=False))
    # What was announced stays as announced: a knapsack within the budget of the contest alone.
    op.execute("UPDATE contests SET category_purses = false WHERE announced_at IS NOT NULL")
    op.create_table(
        "ballot_parts",
        sa.Column("ballot_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("picks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pick_limit", sa.Integer(), nullable=True),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost_limit", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("picks >= 0", name=op.f("ck_ballot_parts_picks_not_negative")),
        sa.CheckConstraint(
            "pick_limit IS NULL OR picks <= pick_limit", name=op.f("ck_ballot_parts_picks_within_limit")
        ),
        sa.CheckConstraint("cost_limit IS NULL OR cost <= cost_limit", name=op.f("ck_ballot_parts_cost_within_limit")),
        sa.ForeignKeyConstraint(
            ["ballot_id", "contest_id"], ["ballots.id", "ballots.contest_id"], name="fk_ballot_parts_ballot"
        ),
        sa.ForeignKeyConstraint(
            ["category_id", "contest_id"],
            ["contest_categories.id", "contest_categories.contest_id"],
            name="fk_ballot_parts_category",
        ),
        sa.PrimaryKeyConstraint("ballot_id", "category_id", name=op.f("pk_ballot_parts")),
    )
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0008.sql").read_text(encoding="utf-8"))
    op.execute(f"SELECT elka_decide_categories(id) FROM contests WHERE stage IN {_JUDGED}")
    connection.execute(
        "CREATE TRIGGER category_stands BEFORE UPDATE OF category_id ON applications "
        "FOR EACH ROW EXECUTE FUNCTION elka_category_stands()"
    )


def _bases(more: str) -> None:
    op.drop_constraint(op.f("ck_contests_category_basis"), "contests", type_="check")
    op.create_check_constraint(op.f("ck_contests_category_basis"), "contests", _BASES.format(more=more))


def _before(number: str, name: str) -> str:
    """Return a function as an earlier migration made it."""
    text = Path(__file__).with_name(f"triggers_{number}.sql").read_text(encoding="utf-8")
    start = text.rindex(f"FUNCTION {name}(")  # the last: one is dropped before it is made
    return "CREATE OR REPLACE " + text[start : text.index("END $$;", start) + 7]


def downgrade() -> None:
    """Go back: only with no contest that needs what goes."""
    connection = op.get_bind().connection.driver_connection
    connection.execute(
        "DROP TRIGGER category_stands ON applications; DROP TRIGGER categories_decided ON contests;"
        "DROP TABLE ballot_parts; DROP FUNCTION elka_ballot_part_guard(), elka_category_stands(), "
        "elka_categories_decided(), elka_decide_categories(bigint), elka_category_of(bigint, bigint);"
        "DROP FUNCTION elka_cast(bigint, bigint, integer, bigint[], integer[], text, timestamptz)"
    )
    for number, name in (
        ("0007", "elka_rules_stand"),
        ("0005", "elka_votes_added"),
        ("0005", "elka_votes_removed"),
        ("0005", "elka_cast"),
    ):
        connection.execute(_before(number, name))
    connection.execute("DROP FUNCTION elka_part_purse(contests, contest_categories)")
    op.drop_column("contests", "category_purses")
    op.drop_column("contests", "voters_own_part")
    op.drop_column("contest_categories", "settlements")
    op.drop_column("contest_categories", "vote_limit")
    _bases("")
