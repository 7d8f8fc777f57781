"""Ballots within the budget (knapsack): what is chosen costs no more than the contest has to give."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the kind of vote and the sums of ballots."""
    op.add_column(
        "contests",
        sa.Column(
            "vote_kind",
            sa.Enum("approval", "knapsack", name="vote_kind", native_enum=False, create_constraint=True, length=32),
            server_default="approval",
            nullable=False,
        ),
    )
    op.add_column("ballots", sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("ballots", sa.Column("cost_limit", sa.BigInteger(), nullable=True))
    op.create_check_constraint(
        op.f("ck_ballots_cost_within_limit"), "ballots", "cost_limit IS NULL OR cost <= cost_limit"
    )
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0004.sql").read_text(encoding="utf-8"))


def _before(number: str, name: str) -> str:
    """Return a function as an earlier migration made it."""
    text = Path(__file__).with_name(f"triggers_{number}.sql").read_text(encoding="utf-8")
    start = text.index(f"FUNCTION {name}(")
    return "CREATE OR REPLACE " + text[start : text.index("END $$;", start) + 7]


def downgrade() -> None:
    """Go back: a knapsack becomes an approval, and nothing holds its sums any more."""
    connection = op.get_bind().connection.driver_connection
    connection.execute("DROP TRIGGER amount_stands ON applications; DROP FUNCTION elka_amount_stands()")
    connection.execute("DROP FUNCTION elka_cast(bigint, bigint, integer, bigint[], text, timestamptz)")
    for number, names in (
        ("0001", ("elka_ballot_guard", "elka_votes_added", "elka_votes_removed")),
        ("0002", ("elka_rules_stand", "elka_cast")),
    ):
        for name in names:
            connection.execute(_before(number, name))
    op.drop_constraint(op.f("ck_ballots_cost_within_limit"), "ballots", type_="check")
    op.drop_column("ballots", "cost_limit")
    op.drop_column("ballots", "cost")
    op.drop_column("contests", "vote_kind")
