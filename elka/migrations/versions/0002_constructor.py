"""The constructor of contests: templates with versions, categories, criteria, drafts of applications, notices, exports.

Contests that were there before get the standard template of applications: what their applications were made of. The
JSON beside this file is that template as it was on the day of this migration.
"""

import hashlib
import json
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STAGES = ("draft", "announced", "accepting", "admission", "voting", "decision", "awarded", "closed", "cancelled")
STATUSES = ("submitted", "returned", "admitted", "rejected", "withdrawn", "won", "lost")
# Constraints that allow more than before: table, name, what they say now, what they said.
LOOSENED = (
    (
        "contests",
        "place_of_kind",
        "kind IN ('individuals', 'realised') OR (kind = 'municipal') = (municipality_id IS NOT NULL)",
        "(kind = 'municipal') = (municipality_id IS NOT NULL)",
    ),
    (
        "contests",
        "kind",
        "kind IN ('municipal', 'regional', 'individuals', 'realised')",
        "kind IN ('municipal', 'regional')",
    ),
    ("contests", "stage", f"stage IN {(*STAGES, 'expert')}", f"stage IN {STAGES}"),
    (
        "contest_phases",
        "kind",
        "kind IN ('accepting', 'admission', 'voting', 'expert', 'decision')",
        "kind IN ('accepting', 'admission', 'voting', 'decision')",
    ),
    ("applications", "status", f"status IN {(*STATUSES, 'draft', 'appealed')}", f"status IN {STATUSES}"),
    ("applications", "amounts_in_order", "amount >= 0 AND cost >= amount", "amount > 0 AND cost >= amount"),
)
ADDED = (
    ("contests", "max_age_range", "max_age IS NULL OR max_age BETWEEN min_age AND 120"),
    ("contests", "voter_age_range", "voter_age BETWEEN 14 AND 100"),
    ("contests", "public_weight_range", "public_weight BETWEEN 0 AND 100"),
    ("contests", "min_score_range", "min_score BETWEEN 0 AND 10000"),
    ("contests", "min_reviews_range", "min_reviews BETWEEN 0 AND 50"),
    ("contests", "places_range", "places IS NULL OR places BETWEEN 1 AND 10000"),
    ("contests", "appeal_days_range", "appeal_days BETWEEN 0 AND 60"),
    ("contests", "correction_days_range", "correction_days BETWEEN 1 AND 60"),
    (
        "applications",
        "draft_unnumbered",
        "(status = 'draft') = (number IS NULL) AND (number IS NULL) = (submitted_at IS NULL)",
    ),
    ("applications", "municipality_named", "(applicant = 'municipality') = (municipality_id IS NOT NULL)"),
)
FUNCTIONS = ("elka_parts_stand", "elka_form_stands")
_COMMON = ("key", "kind", "label", "hint", "required", "of_project")


def _give_standard_form() -> None:
    """Give every contest the template that its applications were made by; freeze it for the announced ones."""
    spec = json.loads(Path(__file__).with_name("form_0002.json").read_text(encoding="utf-8"))
    text = json.dumps(spec, ensure_ascii=False)
    digest = hashlib.sha256(
        json.dumps(spec, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()
    connection = op.get_bind()
    for position, field in enumerate(spec["fields"]):
        connection.execute(
            sa.text(
                "INSERT INTO form_fields (contest_id, key, position, kind, label, hint, example, required, audience, "
                "hidden_from_experts, of_project, settings) SELECT id, :key, :position, :kind, :label, :hint, '', :required, "
                "'everyone', false, :part, CAST(:settings AS jsonb) FROM contests"
            ),
            {
                "key": field["key"],
                "position": position,
                "kind": field["kind"],
                "label": field["label"],
                "hint": field.get("hint", ""),
                "required": field.get("required", field["kind"] != "section"),
                "part": field.get("of_project"),
                "settings": json.dumps({name: value for name, value in field.items() if name not in _COMMON}),
            },
        )
    connection.execute(
        sa.text(
            "INSERT INTO form_versions (contest_id, number, spec, sha256, frozen_at) "
            "SELECT id, 1, CAST(:spec AS jsonb), :digest, announced_at FROM contests WHERE announced_at IS NOT NULL"
        ),
        {"spec": text, "digest": digest},
    )
    # Past the guard of rules: what it guards stays as it was, only told in more columns.
    connection.execute(sa.text("ALTER TABLE contests DISABLE TRIGGER rules_stand"))
    connection.execute(
        sa.text(
            "UPDATE contests SET voter_age = min_age, form_version = CASE WHEN announced_at IS NULL THEN 0 ELSE 1 END, "
            "applicants = CASE WHEN group_min > 1 THEN ARRAY['group'] ELSE ARRAY['resident', 'group'] END"
        )
    )
    connection.execute(sa.text("ALTER TABLE contests ENABLE TRIGGER rules_stand"))
    connection.execute(sa.text("UPDATE applications SET created_at = submitted_at, changed_at = submitted_at"))


def upgrade() -> None:
    op.create_table(
        "contest_templates",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_contest_templates_created_by")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipalities.id"], name=op.f("fk_contest_templates_municipality_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_templates")),
    )
    op.create_table(
        "notice_settings",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "application",
                "deadline",
                "result",
                "contest",
                "group",
                "office_application",
                "office_task",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("on_site", sa.Boolean(), nullable=False),
        sa.Column("by_mail", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notice_settings_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_settings")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "application",
                "deadline",
                "result",
                "contest",
                "group",
                "office_application",
                "office_task",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("group_key", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("href", sa.String(), nullable=False),
        sa.Column("several", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_notices_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_mail",
        "notices",
        ["mail_at"],
        unique=False,
        postgresql_where=sa.text("mail_at IS NOT NULL AND mailed_at IS NULL"),
    )
    op.create_index("ix_notices_person", "notices", ["person_id", "changed_at"], unique=False)
    op.create_index(
        "uq_notices_unread",
        "notices",
        ["person_id", "group_key"],
        unique=True,
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "contest_categories",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("people_from", sa.Integer(), nullable=True),
        sa.Column("people_below", sa.Integer(), nullable=True),
        sa.Column("directions", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.CheckConstraint("budget IS NULL OR budget > 0", name=op.f("ck_contest_categories_budget_positive")),
        sa.CheckConstraint(
            "people_from IS NULL OR people_below IS NULL OR people_from < people_below",
            name=op.f("ck_contest_categories_people_in_order"),
        ),
        sa.CheckConstraint("places IS NULL OR places > 0", name=op.f("ck_contest_categories_places_positive")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_contest_categories_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_categories")),
        sa.UniqueConstraint(
            "contest_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_contest_categories_contest_id_position"),
        ),
        sa.UniqueConstraint("id", "contest_id", name=op.f("uq_contest_categories_id_contest_id")),
    )
    op.create_table(
        "contest_edits",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changes", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_contest_edits_actor_id")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_contest_edits_contest_id")),
        sa.ForeignKeyConstraint(["undoes"], ["contest_edits.id"], name=op.f("fk_contest_edits_undoes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contest_edits")),
        sa.UniqueConstraint("undoes", name=op.f("uq_contest_edits_undoes")),
    )
    op.create_index("ix_contest_edits_contest", "contest_edits", ["contest_id", "id"], unique=False)
    op.create_table(
        "contest_presence",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_contest_presence_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_contest_presence_person_id")),
        sa.PrimaryKeyConstraint("contest_id", "person_id", name=op.f("pk_contest_presence")),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("table", "archive", name="kind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "going",
                "ready",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("filters", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("asked_by", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["people.id"], name=op.f("fk_exports_asked_by")),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_exports_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
    )
    op.create_index("ix_exports_contest", "exports", ["contest_id", "id"], unique=False)
    op.create_table(
        "form_fields",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "line",
                "text",
                "number",
                "money",
                "date",
                "choice",
                "choices",
                "files",
                "budget",
                "schedule",
                "point",
                "people",
                "link",
                "consent",
                "section",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("example", sa.String(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "everyone",
                "experts",
                "officials",
                name="audience",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("hidden_from_experts", sa.Boolean(), nullable=False),
        sa.Column(
            "of_project",
            sa.Enum(
                "title",
                "summary",
                "problem",
                "outcome",
                "address",
                "direction",
                "settlement",
                "starts_on",
                "ends_on",
                "budget",
                "group",
                "photos",
                name="of_project",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("shown_if", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_form_fields_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_fields")),
        sa.UniqueConstraint("contest_id", "key", name=op.f("uq_form_fields_contest_id_key")),
        sa.UniqueConstraint(
            "contest_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_form_fields_contest_id_position"),
        ),
    )
    op.create_index(
        "uq_form_fields_part",
        "form_fields",
        ["contest_id", "of_project"],
        unique=True,
        postgresql_where=sa.text("of_project IS NOT NULL"),
    )
    op.create_table(
        "form_versions",
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("spec", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("frozen_by", sa.BigInteger(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_form_versions_contest_id")),
        sa.ForeignKeyConstraint(["frozen_by"], ["people.id"], name=op.f("fk_form_versions_frozen_by")),
        sa.PrimaryKeyConstraint("contest_id", "number", name=op.f("pk_form_versions")),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_saved_views_contest_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_saved_views_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.UniqueConstraint("person_id", "contest_id", "name", name=op.f("uq_saved_views_person_id_contest_id_name")),
    )
    op.create_table(
        "criteria",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("contest_id", sa.BigInteger(), nullable=False),
        sa.Column("category_id", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("marks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("most BETWEEN 1 AND 100", name=op.f("ck_criteria_most_range")),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name=op.f("ck_criteria_weight_range")),
        sa.ForeignKeyConstraint(
            ["category_id", "contest_id"],
            ["contest_categories.id", "contest_categories.contest_id"],
            name="fk_criteria_category",
        ),
        sa.ForeignKeyConstraint(["contest_id"], ["contests.id"], name=op.f("fk_criteria_contest_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criteria")),
        sa.UniqueConstraint(
            "contest_id",
            "position",
            deferrable=True,
            initially="DEFERRED",
            name=op.f("uq_criteria_contest_id_position"),
        ),
    )
    op.create_table(
        "answers",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_answers_application_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["people.id"], name=op.f("fk_answers_changed_by")),
        sa.PrimaryKeyConstraint("application_id", "key", name=op.f("pk_answers")),
    )
    op.create_table(
        "appeals",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("filed_by", sa.BigInteger(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (upheld IS NULL) AND (decided_at IS NULL OR coalesce(answer, '') <> '')",
            name=op.f("ck_appeals_decided_whole"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_appeals_application_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["people.id"], name=op.f("fk_appeals_decided_by")),
        sa.ForeignKeyConstraint(["filed_by"], ["people.id"], name=op.f("fk_appeals_filed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    op.create_index(op.f("ix_appeals_application_id"), "appeals", ["application_id"], unique=False)
    op.create_index(
        "uq_appeals_open", "appeals", ["application_id"], unique=True, postgresql_where=sa.text("decided_at IS NULL")
    )
    op.create_table(
        "attachments",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_attachments_application_id")),
        sa.ForeignKeyConstraint(["created_by"], ["people.id"], name=op.f("fk_attachments_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_application", "attachments", ["application_id", "key"], unique=False)
    op.create_table(
        "remarks",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_by", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_remarks_application_id")),
        sa.ForeignKeyConstraint(["written_by"], ["people.id"], name=op.f("fk_remarks_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remarks")),
    )
    op.create_index("ix_remarks_application", "remarks", ["application_id"], unique=False)
    op.create_table(
        "scores",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("criterion_id", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mark BETWEEN 0 AND 10000", name=op.f("ck_scores_mark_range")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_scores_application_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criteria.id"], name=op.f("fk_scores_criterion_id")),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("fk_scores_given_by")),
        sa.PrimaryKeyConstraint("application_id", "criterion_id", name=op.f("pk_scores")),
    )
    op.add_column(
        "applications",
        sa.Column(
            "applicant",
            sa.Enum(
                "resident",
                "group",
                "organization",
                "municipality",
                name="applicant",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            server_default="resident",
            nullable=False,
        ),
    )
    op.add_column("applications", sa.Column("municipality_id", sa.Integer(), nullable=True))
    op.add_column("applications", sa.Column("organization_name", sa.String(), nullable=True))
    op.add_column("applications", sa.Column("organization_inn", sa.String(), nullable=True))
    op.add_column("applications", sa.Column("category_id", sa.BigInteger(), nullable=True))
    op.add_column("applications", sa.Column("created_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("applications", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("applications", sa.Column("assignee_id", sa.BigInteger(), nullable=True))
    op.add_column("applications", sa.Column("ground_code", sa.String(), nullable=True))
    op.add_column("applications", sa.Column("reviews", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("applications", "number", existing_type=sa.INTEGER(), nullable=True)
    op.alter_column("applications", "submitted_at", existing_type=postgresql.TIMESTAMP(timezone=True), nullable=True)
    op.create_index("ix_applications_listed", "applications", ["contest_id", "status", "number"], unique=False)
    op.create_index(
        "ix_applications_assignee",
        "applications",
        ["assignee_id", "status"],
        unique=False,
        postgresql_where=sa.text("assignee_id IS NOT NULL"),
    )
    op.create_foreign_key(
        op.f("fk_applications_municipality_id"), "applications", "municipalities", ["municipality_id"], ["id"]
    )
    op.create_foreign_key(op.f("fk_applications_assignee_id"), "applications", "people", ["assignee_id"], ["id"])
    op.create_foreign_key(
        "fk_applications_category",
        "applications",
        "contest_categories",
        ["category_id", "contest_id"],
        ["id", "contest_id"],
    )
    op.add_column(
        "contests", sa.Column("applicants", postgresql.ARRAY(sa.Text()), server_default="{resident}", nullable=False)
    )
    op.add_column("contests", sa.Column("max_age", sa.Integer(), nullable=True))
    op.add_column("contests", sa.Column("local_only", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("contests", sa.Column("voter_age", sa.Integer(), server_default="14", nullable=False))
    op.add_column("contests", sa.Column("voters_local", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column(
        "contests",
        sa.Column(
            "category_basis",
            sa.Enum(
                "population",
                "direction",
                "nomination",
                name="category_basis",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
    )
    op.add_column(
        "contests",
        sa.Column(
            "winners_by",
            sa.Enum("votes", "scores", "both", name="winners_by", native_enum=False, create_constraint=True, length=32),
            server_default="votes",
            nullable=False,
        ),
    )
    op.add_column(
        "contests",
        sa.Column(
            "allot",
            sa.Enum("budget", "places", name="allot", native_enum=False, create_constraint=True, length=32),
            server_default="budget",
            nullable=False,
        ),
    )
    op.add_column("contests", sa.Column("places", sa.Integer(), nullable=True))
    op.add_column("contests", sa.Column("public_weight", sa.Integer(), server_default="50", nullable=False))
    op.add_column("contests", sa.Column("min_score", sa.Integer(), server_default="0", nullable=False))
    op.add_column("contests", sa.Column("min_reviews", sa.Integer(), server_default="0", nullable=False))
    op.add_column("contests", sa.Column("appeal_days", sa.Integer(), server_default="5", nullable=False))
    op.add_column("contests", sa.Column("correction_days", sa.Integer(), server_default="5", nullable=False))
    op.add_column("contests", sa.Column("form_version", sa.Integer(), server_default="0", nullable=False))
    op.add_column(
        "counts", sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False)
    )
    op.add_column("outcomes", sa.Column("category_id", sa.BigInteger(), nullable=True))
    op.add_column("outcomes", sa.Column("score", sa.Integer(), nullable=True))
    op.add_column("outcomes", sa.Column("points", sa.BigInteger(), nullable=True))
    op.add_column("outcomes", sa.Column("lacking_points", sa.BigInteger(), nullable=True))
    for table, name, now, _ in LOOSENED:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, now)
    _give_standard_form()
    for table, name, says in ADDED:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, says)
    connection = op.get_bind().connection.driver_connection
    connection.execute(Path(__file__).with_name("triggers_0002.sql").read_text(encoding="utf-8"))


def _before(name: str) -> str:
    """Return a function as the first migration made it."""
    text = Path(__file__).with_name("triggers_0001.sql").read_text(encoding="utf-8")
    start = text.index(f"CREATE FUNCTION {name}(")
    return text[start : text.index("END $$;", start) + 7].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def downgrade() -> None:
    """Go back. What the old shape cannot hold (drafts, contests of the new kinds and stages) has to be ended first."""
    connection = op.get_bind().connection.driver_connection
    for name in ("elka_rules_stand", "elka_cast"):
        connection.execute(_before(name))
    for table, name, _ in ADDED:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
    for table, name, _, was in LOOSENED:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, was)
    op.drop_column("outcomes", "lacking_points")
    op.drop_column("outcomes", "points")
    op.drop_column("outcomes", "score")
    op.drop_column("outcomes", "category_id")
    op.drop_column("counts", "terms")
    op.drop_column("contests", "form_version")
    op.drop_column("contests", "correction_days")
    op.drop_column("contests", "appeal_days")
    op.drop_column("contests", "min_reviews")
    op.drop_column("contests", "min_score")
    op.drop_column("contests", "public_weight")
    op.drop_column("contests", "places")
    op.drop_column("contests", "allot")
    op.drop_column("contests", "winners_by")
    op.drop_column("contests", "category_basis")
    op.drop_column("contests", "voters_local")
    op.drop_column("contests", "voter_age")
    op.drop_column("contests", "local_only")
    op.drop_column("contests", "max_age")
    op.drop_column("contests", "applicants")
    op.drop_constraint("fk_applications_category", "applications", type_="foreignkey")
    op.drop_constraint(op.f("fk_applications_assignee_id"), "applications", type_="foreignkey")
    op.drop_constraint(op.f("fk_applications_municipality_id"), "applications", type_="foreignkey")
    op.drop_index(
        "ix_applications_assignee", table_name="applications", postgresql_where=sa.text("assignee_id IS NOT NULL")
    )
    op.drop_index("ix_applications_listed", table_name="applications")
    op.alter_column("applications", "submitted_at", existing_type=postgresql.TIMESTAMP(timezone=True), nullable=False)
    op.alter_column("applications", "number", existing_type=sa.INTEGER(), nullable=False)
    op.drop_column("applications", "reviews")
    op.drop_column("applications", "ground_code")
    op.drop_column("applications", "assignee_id")
    op.drop_column("applications", "changed_at")
    op.drop_column("applications", "created_at")
    op.drop_column("applications", "category_id")
    op.drop_column("applications", "organization_inn")
    op.drop_column("applications", "organization_name")
    op.drop_column("applications", "municipality_id")
    op.drop_column("applications", "applicant")
    op.drop_table("scores")
    op.drop_index("ix_remarks_application", table_name="remarks")
    op.drop_table("remarks")
    op.drop_index("ix_attachments_application", table_name="attachments")
    op.drop_table("attachments")
    op.drop_index("uq_appeals_open", table_name="appeals", postgresql_where=sa.text("decided_at IS NULL"))
    op.drop_index(op.f("ix_appeals_application_id"), table_name="appeals")
    op.drop_table("appeals")
    op.drop_table("answers")
    op.drop_table("criteria")
    op.drop_table("saved_views")
    op.drop_table("form_versions")
    op.drop_index("uq_form_fields_part", table_name="form_fields", postgresql_where=sa.text("of_project IS NOT NULL"))
    op.drop_table("form_fields")
    op.drop_index("ix_exports_contest", table_name="exports")
    op.drop_table("exports")
    op.drop_table("contest_presence")
    op.drop_index("ix_contest_edits_contest", table_name="contest_edits")
    op.drop_table("contest_edits")
    op.drop_table("contest_categories")
    op.drop_index("uq_notices_unread", table_name="notices", postgresql_where=sa.text("read_at IS NULL"))
    op.drop_index("ix_notices_person", table_name="notices")
    op.drop_index(
        "ix_notices_mail", table_name="notices", postgresql_where=sa.text("mail_at IS NOT NULL AND mailed_at IS NULL")
    )
    op.drop_table("notices")
    op.drop_table("notice_settings")
    op.drop_table("contest_templates")
    for name in FUNCTIONS:
        op.execute(f"DROP FUNCTION {name}")
