"""The tables. Importing this package makes ``SQLModel.metadata`` whole."""

from elka.models import applications, contests, groups, journal, mail, people, places, projects, results, votes

__all__ = ["applications", "contests", "groups", "journal", "mail", "people", "places", "projects", "results", "votes"]
