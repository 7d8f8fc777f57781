"""Corrections of published results, and the archive of their versions."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_GROUNDS = ("renounced", "ineligible", "site", "returned", "ballots", "paper", "note")
_STATUSES = ("proposed", "signed", "declined", "taken_back", "stale")


def upgrade() -> None:
    """Make the tables, and the triggers that keep what was published."""
    # Two projects may change places in one statement after another.
    op.drop_constraint("uq_outcomes_contest_id_rank", "outcomes", type_="unique")
    op.create_unique_constraint(
        "uq_outcomes_contest_id_rank", "outcomes", ["contest_id", "rank"], deferrable=True, initially="DEFERRED"
    )
    op.create_table(
        "result_corrections",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("ground", _one_of("ground", *_GROUNDS), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        *(
            sa.Column(name, postgresql.ARRAY(sa.BigInteger()), nullable=False)
            for name in ("withdrawn", "returned", "ballots", "batches")
        ),
        sa.Column("foreseen", sa.String(), nullable=False),
        sa.Column("status", _one_of("status", *_STATUSES), nullable=False),
        sa.Column("proposed_by", sa.BigInteger(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("decided_by <> proposed_by", name=op.f("ck_result_corrections_two_people")),
        sa.CheckConstraint(
            "(status IN ('signed', 'declined')) = (decided_by IS NOT NULL)",
            name=op.f("ck_result_corrections_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "(status = 'proposed') = (decided_at IS NULL)", name=op.f("ck_result_corrections_decided_whole")
        ),
        sa.CheckConstraint(
            "status <> 'declined' OR length(answer) >= 10", name=op.f("ck_result_corrections_answer_given")
        ),
        sa.CheckConstraint("length(words) BETWEEN 10 AND 1000", name=op.f("ck_result_corrections_words_length")),
        sa.CheckConstraint("length(foreseen) = 64", name=op.f("ck_result_corrections_foreseen_whole")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_result_corrections_contest_id")),
        *(
            sa.ForeignKeyConstraint([name], ["people.id"], name=op.f(f"fk_result_corrections_{name}"))
            for name in ("proposed_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_corrections")),
        sa.UniqueConstraint("id", "contest_id", name=op.f("uq_result_corrections_id_contest_id")),
    )
    op.create_index(
        "uq_result_corrections_open",
        "result_corrections",
        ["contest_id"],
        unique=True,
        postgresql_where=sa.text("status = 'proposed'"),
    )
    op.create_table(
        "result_versions",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", postgresql.JSONB(), nullable=False),
        sa.Column("withdrawn", postgresql.JSONB(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("previous", sa.String(), nullable=True),
        sa.Column("correction_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_result_versions_number_from_one")),
        sa.CheckConstraint(
            "(number = 1) = (correction_id IS NULL) AND (number = 1) = (previous IS NULL)",
            name=op.f("ck_result_versions_first_or_correction"),
        ),
        sa.CheckConstraint("length(digest) = 64", name=op.f("ck_result_versions_digest_whole")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_result_versions_contest_id")),
        sa.ForeignKeyConstraint(
            ["correction_id", "contest_id"],
            ["result_corrections.id", "result_corrections.contest_id"],
            name="fk_result_versions_correction",
        ),
        sa.PrimaryKeyConstraint("contest_id", "number", name=op.f("pk_result_versions")),
        sa.UniqueConstraint("correction_id", name=op.f("uq_result_versions_correction_id")),
    )
    op.create_table(
        "outcome_versions",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contest_id", "number"],
            ["result_versions.contest_id", "result_versions.number"],
            name="fk_outcome_versions_version",
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_outcome_versions_application_id")
        ),
        sa.PrimaryKeyConstraint("contest_id", "number", "application_id", name=op.f("pk_outcome_versions")),
    )
    op.create_table(
        "version_files",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of("kind", "pb", "csv", "xlsx", "pdf"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_version_files_sha256_whole")),
        sa.ForeignKeyConstraint(
            ["contest_id", "number"],
            ["result_versions.contest_id", "result_versions.number"],
            name="fk_version_files_version",
        ),
        sa.PrimaryKeyConstraint("contest_id", "number", "kind", name=op.f("pk_version_files")),
    )
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0009.sql").read_text(encoding="utf-8"))


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    """Take them away."""
    connection = op.get_bind().connection.driver_connection
    connection.execute(
        "DROP TRIGGER stands ON outcomes; DROP TRIGGER stands ON counts; DROP TABLE version_files, outcome_versions, "
        "result_versions, result_corrections; DROP FUNCTION elka_version_file_stands(), elka_version_guard(), "
        "elka_outcome_versions_stand(), elka_outcome_versions_whole(), elka_result_correction_guard(), "
        "elka_outcome_stands(), elka_count_stands()"
    )
    for name, function in (("0006", "elka_annulment_guard"), ("0007", "elka_paper_guard")):
        text = Path(__file__).with_name(f"triggers_{name}.sql").read_text(encoding="utf-8")
        start = text.index(f"CREATE FUNCTION {function}")
        whole = text[start : text.index("END $$;", start) + 7]
        connection.execute(whole.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1))
    op.drop_constraint("uq_outcomes_contest_id_rank", "outcomes", type_="unique")
    op.create_unique_constraint("uq_outcomes_contest_id_rank", "outcomes", ["contest_id", "rank"])
