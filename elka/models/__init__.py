"""The tables. Importing this package makes ``SQLModel.metadata`` whole."""

from elka.models import applications, contests, journal, mail, people, places, projects, results, votes

__all__ = ["applications", "contests", "journal", "mail", "people", "places", "projects", "results", "votes"]
