"""Who is asking: the person behind a request and what was granted to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Role(StrEnum):
    """A duty that is granted to a person for a municipality or for the region."""

    OFFICIAL = "official"
    EXPERT = "expert"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Grant:
    """One granted role; ``municipality_id`` is None for the whole region."""

    role: Role
    municipality_id: int | None


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who asks (or nobody, or the system itself), resolved anew for every unit of work."""

    person_id: int | None = None
    sign_in_id: int | None = None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    birth_date: date | None = None
    confirmed: bool = False
    verified: bool = False
    settlement_id: int | None = None
    municipality_id: int | None = None
    is_system: bool = False

    @property
    def is_signed_in(self) -> bool:
        """Whether there is an account behind the request."""
        return self.person_id is not None

    def has(self, role: Role, municipality_id: int | None = None) -> bool:
        """Whether the role covers this municipality (None: the region as a whole).

        A role granted for the region covers every municipality; a municipal one covers only its own.
        """
        return Grant(role, None) in self.grants or (
            municipality_id is not None and Grant(role, municipality_id) in self.grants
        )

    def has_any(self, role: Role) -> bool:
        """Whether the role was granted for any place at all."""
        return any(grant.role is role for grant in self.grants)

    def places_of(self, role: Role) -> tuple[bool, frozenset[int]]:
        """Return (whether the role covers the region, the municipalities it was granted for)."""
        mine = [grant for grant in self.grants if grant.role is role]
        return (
            any(grant.municipality_id is None for grant in mine),
            frozenset(grant.municipality_id for grant in mine if grant.municipality_id is not None),
        )


GUEST = Actor()
SYSTEM = Actor(is_system=True)
