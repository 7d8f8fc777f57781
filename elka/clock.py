"""The only place that reads the time. Stored and compared in UTC, shown in the time of Ugra."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Yekaterinburg")


def now() -> datetime:
    """Return the current moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Return the current day in Ugra."""
    return now().astimezone(LOCAL).date()


def local(moment: datetime) -> datetime:
    """Return the moment in the time of Ugra."""
    return moment.astimezone(LOCAL)


def from_local(naive: datetime) -> datetime:
    """Read a wall-clock moment of Ugra (as typed into a form) and return it in UTC."""
    return naive.replace(tzinfo=LOCAL).astimezone(UTC)
