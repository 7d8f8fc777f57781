"""Reading what the site writes."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return the text with ordinary spaces, to be compared with what a test says."""
    return text.replace("\N{NO-BREAK SPACE}", " ")
