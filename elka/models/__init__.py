"""The tables. Importing this package makes ``SQLModel.metadata`` whole."""

from elka.models import (
    applications,
    consents,
    contests,
    groups,
    journal,
    mail,
    people,
    places,
    projects,
    results,
    roles,
    sign_in,
    votes,
)

__all__ = [
    "applications",
    "consents",
    "contests",
    "groups",
    "journal",
    "mail",
    "people",
    "places",
    "projects",
    "results",
    "roles",
    "sign_in",
    "votes",
]
