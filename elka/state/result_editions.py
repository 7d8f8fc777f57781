"""Which version of a contest's results somebody asks for: ``?version=2``, or the one in force. Not a state."""

from __future__ import annotations

from elka.db import Work
from elka.errors import NotFound
from elka.models.contests import Contest
from elka.models.result_versions import Edition, edition_of


def edition_asked(work: Work, contest: Contest, version: object = None) -> Edition:
    """Return the results in the version asked for, by default in the one in force. Raises NotFound."""
    number = _number(version)
    found = None if number == 0 else edition_of(work.session, contest, number)
    if found is None:
        raise NotFound("Такой версии итогов нет.")
    return found


def asked_of(edition: Edition) -> str:
    """Return what an address of this version ends with."""
    return "" if edition.in_force else f"?version={edition.number}"


def _number(version: object) -> int | None:
    """Read a number from 1 to 9999 that a browser sent: None for nothing, 0 for what is none."""
    if version is None or version == "":
        return None
    if isinstance(version, str) and version.isascii() and version.isdigit() and len(version) < 5:  # noqa: PLR2004
        version = int(version)
    return version if isinstance(version, int) and not isinstance(version, bool) and 0 < version < 10**4 else 0
