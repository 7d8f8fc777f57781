"""Votes against bursts: what a vote is remembered with, proofs of work, annulments by two people."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KINDS = ("application", "deadline", "result", "contest", "group", "office_application", "office_task")
_MOMENT = sa.DateTime(timezone=True)


def _key(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _kinds(*kinds: str) -> None:
    """Say anew of what kinds notices and their settings are."""
    for table in ("notices", "notice_settings"):
        name = op.f(f"ck_{table}_kind")
        op.drop_constraint(name, table, type_="check")
        op.create_check_constraint(name, table, f"kind IN ({', '.join(repr(one) for one in kinds)})")


def upgrade() -> None:
    """Make the tables, the mark of an annulled ballot, the views of what counts, and the guards of all that."""
    op.create_table(
        "vote_traces",
        _key("contest_id"),
        _key("person_id"),
        sa.Column("cast_at", _MOMENT, nullable=False),
        sa.Column("account_at", _MOMENT, nullable=False),
        sa.Column("address_key", sa.LargeBinary(), nullable=True),
        sa.Column("net_key", sa.LargeBinary(), nullable=True),
        sa.Column("agent_key", sa.LargeBinary(), nullable=True),
        sa.Column("proof", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contest_id", "person_id"], ["ballots.contest_id", "ballots.person_id"], name="fk_vote_traces_ballot"
        ),
        sa.PrimaryKeyConstraint("contest_id", "person_id", name=op.f("pk_vote_traces")),
    )
    op.create_index("ix_vote_traces_time", "vote_traces", ["contest_id", "cast_at"])
    op.create_index("ix_vote_traces_address", "vote_traces", ["contest_id", "address_key", "cast_at"])
    op.create_index("ix_vote_traces_net", "vote_traces", ["contest_id", "net_key", "cast_at"])
    op.create_table(
        "used_proofs",
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("challenge", name=op.f("pk_used_proofs")),
    )
    op.create_index("ix_used_proofs_expires_at", "used_proofs", ["expires_at"])
    op.create_table(
        "pattern_marks",
        _key("contest_id"),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        _key("marked_by"),
        sa.Column("marked_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_pattern_marks_contest_id")),
        sa.ForeignKeyConstraint(["marked_by"], ["people.id"], name=op.f("fk_pattern_marks_marked_by")),
        sa.PrimaryKeyConstraint("contest_id", "code", name=op.f("pk_pattern_marks")),
    )
    op.create_table(
        "annulments",
        _key("id"),
        _key("contest_id"),
        _key("lifts", nullable=True),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("pattern", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        _key("proposed_by"),
        sa.Column("proposed_at", _MOMENT, nullable=False),
        _key("decided_by", nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_annulments_two_people")),
        sa.CheckConstraint(
            "num_nulls(decided_by, decided_at, confirmed) IN (0, 3)", name=op.f("ck_annulments_decided_whole")
        ),
        sa.CheckConstraint("confirmed IS NOT FALSE OR length(answer) >= 10", name=op.f("ck_annulments_answer_given")),
        sa.CheckConstraint("size > 0", name=op.f("ck_annulments_size_positive")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_annulments_contest_id")),
        sa.ForeignKeyConstraint(["lifts"], ["annulments.id"], name=op.f("fk_annulments_lifts")),
        sa.ForeignKeyConstraint(["proposed_by"], ["people.id"], name=op.f("fk_annulments_proposed_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_annulments_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annulments")),
        sa.UniqueConstraint("id", "contest_id", name=op.f("uq_annulments_id_contest_id")),
    )
    op.create_index("ix_annulments_contest", "annulments", ["contest_id"])
    op.create_table(
        "annulment_ballots",
        _key("annulment_id"),
        _key("ballot_id"),
        _key("contest_id"),
        sa.ForeignKeyConstraint(
            ["annulment_id", "contest_id"],
            ["annulments.id", "annulments.contest_id"],
            name="fk_annulment_ballots_annulment",
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id", "contest_id"], ["ballots.id", "ballots.contest_id"], name="fk_annulment_ballots_ballot"
        ),
        sa.PrimaryKeyConstraint("annulment_id", "ballot_id", name=op.f("pk_annulment_ballots")),
    )
    op.create_index("ix_annulment_ballots_ballot", "annulment_ballots", ["ballot_id"])
    op.create_table(
        "objections",
        _key("id"),
        _key("annulment_id"),
        _key("ballot_id"),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        _key("answered_by", nullable=True),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("num_nulls(answered_by, answered_at) IN (0, 2)", name=op.f("ck_objections_answered_whole")),
        sa.ForeignKeyConstraint(
            ["annulment_id", "ballot_id"],
            ["annulment_ballots.annulment_id", "annulment_ballots.ballot_id"],
            name="fk_objections_ballot",
        ),
        sa.ForeignKeyConstraint(["answered_by"], ["people.id"], name=op.f("fk_objections_answered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objections")),
        sa.UniqueConstraint("annulment_id", "ballot_id", name=op.f("uq_objections_annulment_id_ballot_id")),
    )
    op.add_column("ballots", _key("annulled_by", nullable=True))
    op.create_foreign_key(op.f("fk_ballots_annulled_by"), "ballots", "annulments", ["annulled_by"], ["id"])
    op.create_index("ix_ballots_annulled", "ballots", ["id"], postgresql_where=sa.text("annulled_by IS NOT NULL"))
    _kinds(*_KINDS, "vote")
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0006.sql").read_text(encoding="utf-8"))


def downgrade() -> None:
    """Forget annulments: every ballot counts again. Traces and proofs go too."""
    connection = op.get_bind().connection.driver_connection
    connection.execute(
        "DROP VIEW valid_votes; DROP VIEW valid_ballots; DROP TRIGGER annulled_stands ON ballots; "
        "DROP FUNCTION elka_annulled_stands(); DROP FUNCTION elka_proof_asked"
    )
    for table in ("notices", "notice_settings"):
        connection.execute(f"DELETE FROM {table} WHERE kind = 'vote'")
    _kinds(*_KINDS)
    op.drop_column("ballots", "annulled_by")
    for table in ("objections", "annulment_ballots", "annulments", "pattern_marks", "used_proofs", "vote_traces"):
        op.drop_table(table)
    for name in ("elka_annulment_guard", "elka_annulment_done", "elka_annulment_ballots_guard"):
        op.execute(f"DROP FUNCTION {name}()")
