"""Stages, publication and the seed of draws go one way; tables of a vote are never emptied."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the triggers."""
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0012.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Take them away."""
    connection = op.get_bind().connection.driver_connection
    connection.execute(
        "DROP FUNCTION elka_stage_stands() CASCADE; DROP FUNCTION elka_stage_rank(text);"
        "DROP FUNCTION elka_never_emptied() CASCADE; DROP FUNCTION elka_sealed_votes_stand() CASCADE"
    )
