"""The application template of a contest: typed rows while it is built, frozen versions once it is published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, Session, SQLModel, col

from elka.core.formfields import FIELD, AnyField, Audience, FieldKind, ProjectPart, settings_of
from elka.models.base import Moment, big_id, one_of


class FormField(SQLModel, table=True):
    """One field of a template. ``key`` names its answers for good; ``settings`` are what only its kind has.

    While the contest is a draft anything may change; afterwards a trigger lets only the words be corrected.
    """

    __tablename__ = "form_fields"
    __table_args__ = (
        sa.UniqueConstraint("contest_id", "key"),
        sa.UniqueConstraint("contest_id", "position", deferrable=True, initially="DEFERRED"),
        sa.Index(
            "uq_form_fields_part",
            "contest_id",
            "of_project",
            unique=True,
            postgresql_where=sa.text("of_project IS NOT NULL"),
        ),
    )

    id: int | None = big_id()
    contest_id: int = Field(foreign_key="contests.id", sa_type=sa.BigInteger)
    key: str
    position: int
    kind: FieldKind = Field(sa_type=one_of(FieldKind, "kind"))
    label: str
    hint: str = ""
    example: str = ""
    required: bool = True
    audience: Audience = Field(default=Audience.EVERYONE, sa_type=one_of(Audience, "audience"))
    hidden_from_experts: bool = False
    of_project: ProjectPart | None = Field(default=None, sa_type=one_of(ProjectPart, "of_project"))
    shown_if: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)

    def typed(self) -> AnyField:
        """Return the field as ``core/formfields`` knows it; raise pydantic's ValidationError when it makes no sense."""
        return FIELD.validate_python(
            {
                "key": self.key,
                "kind": self.kind,
                "label": self.label,
                "hint": self.hint,
                "example": self.example,
                "required": self.required,
                "audience": self.audience,
                "hidden_from_experts": self.hidden_from_experts,
                "of_project": self.of_project,
                "shown_if": self.shown_if,
                **self.settings,
            }
        )

    def write(self, field: AnyField) -> None:
        """Take everything but the place from a typed field."""
        self.key, self.kind, self.label = field.key, FieldKind(field.kind), field.label
        self.hint, self.example, self.required = field.hint, field.example, field.required
        self.audience, self.hidden_from_experts = field.audience, field.hidden_from_experts
        self.of_project = field.of_project
        self.shown_if = field.shown_if.model_dump(mode="json") if field.shown_if else None
        self.settings = settings_of(field)


class FormVersion(SQLModel, table=True):
    """A template as it was published, for good. ``spec``: the dump of ``core.formspec.FormSpec``."""

    __tablename__ = "form_versions"

    contest_id: int = Field(foreign_key="contests.id", primary_key=True, sa_type=sa.BigInteger)
    number: int = Field(primary_key=True)
    spec: dict[str, Any] = Field(sa_type=JSONB)
    sha256: str
    frozen_by: int | None = Field(default=None, foreign_key="people.id", sa_type=sa.BigInteger)
    frozen_at: datetime = Field(sa_type=Moment)


def fields_of(session: Session, contest_id: int) -> list[FormField]:
    """Return the rows of a template in their order, read anew."""
    return list(
        session.execute(
            sa.select(FormField)
            .where(col(FormField.contest_id) == contest_id)
            .order_by(col(FormField.position))
            .execution_options(populate_existing=True)
        ).scalars()
    )
