"""Ranked ballots, points to share, and equal shares as a rule that a contest may announce."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KINDS = "vote_kind IN ('approval', 'knapsack'{more})"
_RULES = (
    "greedy mes mes-add1 mes-greedy mes-add1-greedy mes-cards mes-cards-add1 mes-cards-greedy mes-cards-add1-greedy"
)


def upgrade() -> None:
    """Add the kinds, what votes carry, and the rule."""
    _kinds(", 'ranked', 'points'")
    op.add_column("contests", sa.Column("points_limit", sa.Integer(), server_default="10", nullable=False))
    op.create_check_constraint(op.f("ck_contests_points_limit_range"), "contests", "points_limit BETWEEN 2 AND 1000")
    rules = sa.Enum(*_RULES.split(), name="count_rule", native_enum=False, create_constraint=True, length=32)
    op.add_column("contests", sa.Column("count_rule", rules, server_default="greedy", nullable=False))
    op.add_column("ballots", sa.Column("points", sa.Integer(), server_default="0", nullable=False))
    op.add_column("ballots", sa.Column("points_limit", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_ballots_points_within_limit"), "ballots", "points_limit IS NULL OR points <= points_limit"
    )
    op.add_column("votes", sa.Column("place", sa.SmallInteger(), nullable=True))
    op.add_column("votes", sa.Column("points", sa.SmallInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_votes_place_range"), "votes", "place BETWEEN 1 AND 1000")
    op.create_check_constraint(op.f("ck_votes_points_range"), "votes", "points BETWEEN 1 AND 1000")
    op.create_check_constraint(op.f("ck_votes_place_or_points"), "votes", "num_nonnulls(place, points) <= 1")
    op.create_index(
        "uq_votes_place", "votes", ["ballot_id", "place"], unique=True, postgresql_where=sa.text("place IS NOT NULL")
    )
    op.add_column("outcomes", sa.Column("given", sa.BigInteger(), nullable=True))
    op.add_column("outcomes", sa.Column("paid", sa.dialects.postgresql.JSONB(), nullable=True))
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0005.sql").read_text(encoding="utf-8"))


def _kinds(more: str) -> None:
    op.drop_constraint(op.f("ck_contests_vote_kind"), "contests", type_="check")
    op.create_check_constraint(op.f("ck_contests_vote_kind"), "contests", _KINDS.format(more=more))


def _before(name: str) -> str:
    """Return a function as the migration before made it."""
    text = Path(__file__).with_name("triggers_0004.sql").read_text(encoding="utf-8")
    start = text.rindex(f"FUNCTION {name}(")  # the last: one is dropped before it is made
    return "CREATE OR REPLACE " + text[start : text.index("END $$;", start) + 7]


def downgrade() -> None:
    """Go back: only with no contest that needs what goes."""
    connection = op.get_bind().connection.driver_connection
    connection.execute("DROP FUNCTION elka_cast(bigint, bigint, integer, bigint[], integer[], text, timestamptz)")
    connection.execute("DROP FUNCTION elka_stays(votes, bigint[], integer[], integer[])")
    for name in ("elka_ballot_guard", "elka_votes_added", "elka_votes_removed", "elka_rules_stand", "elka_cast"):
        connection.execute(_before(name))
    op.drop_column("outcomes", "paid")
    op.drop_column("outcomes", "given")
    op.drop_column("votes", "points")
    op.drop_column("votes", "place")
    op.drop_column("ballots", "points_limit")
    op.drop_column("ballots", "points")
    op.drop_column("contests", "count_rule")
    op.drop_column("contests", "points_limit")
    _kinds("")
