"""The first shape of the database: places, people, projects, contests, applications, votes, journal, mail, jobs.

Made from the models, then read and completed by hand: the triggers and the tables of the job queue.
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from procrastinate import PsycopgConnector
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FUNCTIONS = (
    "elka_append_only",
    "elka_ballot_guard",
    "elka_votes_added",
    "elka_votes_removed",
    "elka_rules_stand",
    "elka_voting_dates_stand",
    "elka_cast",
)

# The queue has no script to undo itself: drop what bears its name.
DROP_QUEUE = """
DO $$
DECLARE r record;
BEGIN
    FOR r IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname LIKE 'procrastinate%' LOOP
        EXECUTE format('DROP TABLE %s CASCADE', r.name);
    END LOOP;
    FOR r IN SELECT p.oid::regprocedure AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = current_schema() AND p.proname LIKE 'procrastinate%' LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', r.name);
    END LOOP;
    FOR r IN SELECT t.oid::regtype AS name FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE n.nspname = current_schema() AND t.typname LIKE 'procrastinate%' AND t.typtype IN ('e', 'c') LOOP
        EXECUTE format('DROP TYPE %s CASCADE', r.name);
    END LOOP;
END $$;
"""


def upgrade() -> None:
    op.create_table(
        "consent_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "personal_data",
                "publication",
                "representative",
                "rules",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_documents")),
        sa.UniqueConstraint("kind", "version", name=op.f("uq_consent_documents_kind_version")),
    )
    op.create_table(
        "directions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("icon", sa.String(), nullable=False),
        sa.Column("motif", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directions")),
        sa.UniqueConstraint("key", name=op.f("uq_directions_key")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
    )
    op.create_index("ix_journal_subject", "journal", ["subject_kind", "subject_id"], unique=False)
    op.create_table(
        "municipalities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("centre", sa.String(), nullable=False),
        sa.Column("oktmo", sa.String(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipalities")),
        sa.UniqueConstraint("name", name=op.f("uq_municipalities_name")),
        sa.UniqueConstraint("oktmo", name=op.f("uq_municipalities_oktmo")),
    )
    op.create_table(
        "journal_seals",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["journal.id"], name=op.f("fk_journal_seals_entry_id")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_journal_seals")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_journal_seals_entry_id")),
    )
    op.create_table(
        "settlements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_settlements_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
        sa.UniqueConstraint("municipality_id", "name", "kind", name=op.f("uq_settlements_municipality_id_name_kind")),
    )
    op.create_index(op.f("ix_settlements_municipality_id"), "settlements", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_settlements_name"), "settlements", ["name"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("patronymic", sa.String(), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("name_is_public", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_people_email_lower")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlements.id"], name=op.f("fk_people_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_created_at"), "people", ["created_at"], unique=False)
    op.create_index(op.f("ix_people_settlement_id"), "people", ["settlement_id"], unique=False)
    op.create_index("uq_people_email", "people", ["email"], unique=True, postgresql_where=sa.text("erased_at IS NULL"))
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("representative_name", sa.String(), nullable=True),
        sa.Column("representative_phone", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["consent_documents.id"], name=op.f("fk_consents_document_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"], unique=False)
    op.create_index(
        "uq_consents_standing",
        "consents",
        ["person_id", "document_id"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "contests",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("municipal", "regional", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("rules", sa.String(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "announced",
                "accepting",
                "admission",
                "voting",
                "decision",
                "awarded",
                "closed",
                "cancelled",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("min_cost", sa.BigInteger(), nullable=False),
        sa.Column("max_cost", sa.BigInteger(), nullable=False),
        sa.Column("max_share", sa.Integer(), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("group_min", sa.Integer(), nullable=False),
        sa.Column("vote_limit", sa.Integer(), nullable=True),
        sa.Column("min_votes", sa.Integer(), nullable=False),
        sa.Column("may_change_votes", sa.Boolean(), nullable=False),
        sa.Column("figures_hidden", sa.Boolean(), nullable=False),
        sa.Column("draw_seed", sa.String(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'municipal') = (municipality_id IS NOT NULL)", name=op.f("ck_contests_place_of_kind")
        ),
        sa.CheckConstraint(
            "stage <> 'cancelled' OR cancel_reason IS NOT NULL", name=op.f("ck_contests_cancel_reason_given")
        ),
        sa.CheckConstraint("budget > 0", name=op.f("ck_contests_budget_positive")),
        sa.CheckConstraint("group_min BETWEEN 1 AND 100", name=op.f("ck_contests_group_min_range")),
        sa.CheckConstraint("max_share BETWEEN 1 AND 100", name=op.f("ck_contests_max_share_range")),
        sa.CheckConstraint("min_age BETWEEN 14 AND 100", name=op.f("ck_contests_min_age_range")),
        sa.CheckConstraint("min_cost >= 0 AND max_cost >= min_cost", name=op.f("ck_contests_costs_in_order")),
        sa.CheckConstraint("min_votes >= 0", name=op.f("ck_contests_min_votes_not_negative")),
        sa.CheckConstraint(
            "vote_limit IS NULL OR vote_limit BETWEEN 1 AND 1000", name=op.f("ck_contests_vote_limit_range")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_contests_created_by")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipalities.id"], name=op.f("fk_contests_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contests")),
    )
    op.create_index("ix_contests_stage", "contests", ["stage"], unique=False)
    op.create_table(
        "mail",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mail_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_id")),
    )
    op.create_index(op.f("ix_mail_person_id"), "mail", ["person_id"], unique=False)
    op.create_index("ix_mail_waiting", "mail", ["id"], unique=False, postgresql_where=sa.text("sent_at IS NULL"))
    op.create_table(
        "one_time_tokens",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "confirm_email",
                "change_email",
                "reset_password",
                "enter",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_one_time_tokens_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_tokens")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_tokens_token_hash")),
    )
    op.create_index(op.f("ix_one_time_tokens_person_id"), "one_time_tokens", ["person_id"], unique=False)
    op.create_table(
        "role_grants",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "official",
                "expert",
                "moderator",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["granted_by"], ["people.id"], name=op.f("fk_role_grants_granted_by")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_role_grants_municipality_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_role_grants_person_id")),
        sa.ForeignKeyConstraint(["revoked_by"], ["people.id"], name=op.f("fk_role_grants_revoked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
    )
    op.create_index(
        "uq_role_grants_standing",
        "role_grants",
        ["person_id", "role", sa.literal_column("coalesce(municipality_id, 0)")],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sign_ins_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ins")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_ins_token_hash")),
    )
    op.create_index(op.f("ix_sign_ins_person_id"), "sign_ins", ["person_id"], unique=False)
    op.create_table(
        "ballots",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("picks", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pick_limit", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pick_limit IS NULL OR picks <= pick_limit", name=op.f("ck_ballots_picks_within_limit")),
        sa.CheckConstraint("picks >= 0", name=op.f("ck_ballots_picks_not_negative")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_ballots_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_ballots_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint("contest_id", "person_id", name=op.f("uq_ballots_contest_id_person_id")),
        sa.UniqueConstraint("contest_id", "receipt", name=op.f("uq_ballots_contest_id_receipt")),
        sa.UniqueConstraint("id", "contest_id", name=op.f("uq_ballots_id_contest_id")),
    )
    op.create_index("ix_ballots_person", "ballots", ["person_id"], unique=False)
    op.create_table(
        "contest_directions",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("direction_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_contest_directions_contest_id")),
        sa.ForeignKeyConstraint(["direction_id"], ["directions.id"], name=op.f("fk_contest_directions_direction_id")),
        sa.PrimaryKeyConstraint("contest_id", "direction_id", name=op.f("pk_contest_directions")),
    )
    op.create_table(
        "contest_phases",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "accepting",
                "admission",
                "voting",
                "decision",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_contest_phases_opens_before_closing")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_contest_phases_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", "kind", name=op.f("pk_contest_phases")),
    )
    op.create_table(
        "counts",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ballots", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("min_votes", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("draws", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_counts_contest_id")),
        sa.PrimaryKeyConstraint("contest_id", name=op.f("pk_counts")),
    )
    op.create_table(
        "projects",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("summary", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("direction_id", sa.Integer(), nullable=False),
        sa.Column("settlement_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "idea",
                "project",
                "submitted",
                "supported",
                "realising",
                "realised",
                "archived",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("cover_photo_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("realised_on", sa.Date(), nullable=True),
        sa.Column("granted", sa.BigInteger(), nullable=True),
        sa.Column("won_contest_id", sa.BigInteger(), nullable=True),
        sa.Column("invite_nonce", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("char_length(title) BETWEEN 1 AND 160", name=op.f("ck_projects_title_length")),
        sa.CheckConstraint("granted IS NULL OR granted >= 0", name=op.f("ck_projects_granted_not_negative")),
        sa.CheckConstraint(
            "starts_on IS NULL OR ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_projects_dates_in_order")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_projects_author_id")),
        sa.ForeignKeyConstraint(["direction_id"], ["directions.id"], name=op.f("fk_projects_direction_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlements.id"], name=op.f("fk_projects_settlement_id")),
        sa.ForeignKeyConstraint(["won_contest_id"], ["contests.id"], name=op.f("fk_projects_won_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_index(op.f("ix_projects_author_id"), "projects", ["author_id"], unique=False)
    op.create_index(op.f("ix_projects_direction_id"), "projects", ["direction_id"], unique=False)
    op.create_index("ix_projects_listed", "projects", ["published_at", "id"], unique=False)
    op.create_index(op.f("ix_projects_settlement_id"), "projects", ["settlement_id"], unique=False)
    op.create_index(
        "ix_projects_search",
        "projects",
        [
            sa.text(
                "to_tsvector('russian'::regconfig, "
                "replace(lower((title::text || ' '::text) || summary::text), 'ё'::text, 'е'::text))"
            )
        ],
        unique=False,
        postgresql_using="gin",
    )
    op.create_index("ix_projects_stage_settlement", "projects", ["stage", "settlement_id"], unique=False)
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "submitted",
                "returned",
                "admitted",
                "rejected",
                "withdrawn",
                "won",
                "lost",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ground", sa.String(), nullable=True),
        sa.Column("correct_by", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status NOT IN ('rejected', 'returned') OR coalesce(ground, '') <> ''",
            name=op.f("ck_applications_ground_given"),
        ),
        sa.CheckConstraint("amount > 0 AND cost >= amount", name=op.f("ck_applications_amounts_in_order")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_applications_contest_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_applications_decided_by")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_applications_project_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["people.id"], name=op.f("fk_applications_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("contest_id", "number", name=op.f("uq_applications_contest_id_number")),
        sa.UniqueConstraint("id", "contest_id", name=op.f("uq_applications_id_contest_id")),
    )
    op.create_index(op.f("ix_applications_project_id"), "applications", ["project_id"], unique=False)
    op.create_index(
        "uq_applications_standing",
        "applications",
        ["contest_id", "project_id"],
        unique=True,
        postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected')"),
    )
    op.create_table(
        "budget_lines",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("quantity", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "region",
                "municipality",
                "residents",
                "legal_entities",
                "in_kind",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_budget_lines_amount_not_negative")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_budget_lines_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_lines")),
        sa.UniqueConstraint(
            "project_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_budget_lines_project_id_position"),
        ),
    )
    op.create_table(
        "group_members",
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_group_members_person_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_group_members_project_id")),
        sa.PrimaryKeyConstraint("project_id", "person_id", name=op.f("pk_group_members")),
    )
    op.create_index(op.f("ix_group_members_person_id"), "group_members", ["person_id"], unique=False)
    op.create_table(
        "photos",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("author_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_photos_author_id")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_photos_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photos")),
        sa.UniqueConstraint("project_id", "key", name=op.f("uq_photos_project_id_key")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitations_email_lower")),
        sa.ForeignKeyConstraint(["invited_by"], ["people.id"], name=op.f("fk_invitations_invited_by")),
        sa.ForeignKeyConstraint(["project_id"], ["projects.id"], name=op.f("fk_invitations_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("project_id", "email", name=op.f("uq_invitations_project_id_email")),
    )
    op.create_index(op.f("ix_invitations_email"), "invitations", ["email"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("won", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lacking_votes", sa.Integer(), nullable=True),
        sa.Column("lacking_money", sa.BigInteger(), nullable=True),
        sa.Column("tied_with", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id", "contest_id"],
            ["applications.id", "applications.contest_id"],
            name="fk_outcomes_application",
        ),
        sa.PrimaryKeyConstraint("contest_id", "application_id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("contest_id", "rank", name=op.f("uq_outcomes_contest_id_rank")),
    )
    op.create_table(
        "revisions",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("submitted_by", sa.BigInteger(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_revisions_application_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["people.id"], name=op.f("fk_revisions_submitted_by")),
        sa.PrimaryKeyConstraint("application_id", "number", name=op.f("pk_revisions")),
    )
    op.create_table(
        "votes",
        sa.Column("ballot_id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id", "contest_id"],
            ["applications.id", "applications.contest_id"],
            name="fk_votes_application",
        ),
        sa.ForeignKeyConstraint(
            ["ballot_id", "contest_id"], ["ballots.id", "ballots.contest_id"], name="fk_votes_ballot"
        ),
        sa.PrimaryKeyConstraint("ballot_id", "application_id", name=op.f("pk_votes")),
    )
    op.create_index("ix_votes_contest_application", "votes", ["contest_id", "application_id"], unique=False)
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0001.sql").read_text())
    # The queue's own schema, of the version pinned in requirements.lock; a newer one brings its own migration scripts.
    connection.execute(SchemaManager(PsycopgConnector()).get_schema())


def downgrade() -> None:
    op.drop_index("ix_votes_contest_application", table_name="votes")
    op.drop_table("votes")
    op.drop_table("revisions")
    op.drop_table("outcomes")
    op.drop_index(op.f("ix_invitations_email"), table_name="invitations")
    op.drop_table("invitations")
    op.drop_table("photos")
    op.drop_index(op.f("ix_group_members_person_id"), table_name="group_members")
    op.drop_table("group_members")
    op.drop_table("budget_lines")
    op.drop_index(
        "uq_applications_standing",
        table_name="applications",
        postgresql_where=sa.text("status NOT IN ('withdrawn', 'rejected')"),
    )
    op.drop_index(op.f("ix_applications_project_id"), table_name="applications")
    op.drop_table("applications")
    op.drop_index("ix_projects_stage_settlement", table_name="projects")
    op.drop_index("ix_projects_search", table_name="projects", postgresql_using="gin")
    op.drop_index(op.f("ix_projects_settlement_id"), table_name="projects")
    op.drop_index("ix_projects_listed", table_name="projects")
    op.drop_index(op.f("ix_projects_direction_id"), table_name="projects")
    op.drop_index(op.f("ix_projects_author_id"), table_name="projects")
    op.drop_table("projects")
    op.drop_table("counts")
    op.drop_table("contest_phases")
    op.drop_table("contest_directions")
    op.drop_index("ix_ballots_person", table_name="ballots")
    op.drop_table("ballots")
    op.drop_index(op.f("ix_sign_ins_person_id"), table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index("uq_role_grants_standing", table_name="role_grants", postgresql_where=sa.text("revoked_at IS NULL"))
    op.drop_table("role_grants")
    op.drop_index(op.f("ix_one_time_tokens_person_id"), table_name="one_time_tokens")
    op.drop_table("one_time_tokens")
    op.drop_index("ix_mail_waiting", table_name="mail", postgresql_where=sa.text("sent_at IS NULL"))
    op.drop_index(op.f("ix_mail_person_id"), table_name="mail")
    op.drop_table("mail")
    op.drop_index("ix_contests_stage", table_name="contests")
    op.drop_table("contests")
    op.drop_index("uq_consents_standing", table_name="consents", postgresql_where=sa.text("withdrawn_at IS NULL"))
    op.drop_index(op.f("ix_consents_person_id"), table_name="consents")
    op.drop_table("consents")
    op.drop_index("uq_people_email", table_name="people", postgresql_where=sa.text("erased_at IS NULL"))
    op.drop_index(op.f("ix_people_settlement_id"), table_name="people")
    op.drop_index(op.f("ix_people_created_at"), table_name="people")
    op.drop_table("people")
    op.drop_index(op.f("ix_settlements_name"), table_name="settlements")
    op.drop_index(op.f("ix_settlements_municipality_id"), table_name="settlements")
    op.drop_table("settlements")
    op.drop_table("journal_seals")
    op.drop_table("municipalities")
    op.drop_index("ix_journal_subject", table_name="journal")
    op.drop_table("journal")
    op.drop_table("directions")
    op.drop_table("consent_documents")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
    connection = op.get_bind().connection.driver_connection
    connection.execute(DROP_QUEUE)
