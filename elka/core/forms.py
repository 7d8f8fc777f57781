"""Reading what a form sent: anything may come, all that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from elka.errors import Invalid, Refused

T = TypeVar("T")
LONGEST_LINE = 300


class Form:
    """A form's data and what is wrong with it.

    ``form.text("name")`` and ``form.read("phone", normal_phone, "…")`` note troubles under the field's name;
    ``form.check()`` raises them together.
    """

    def __init__(self, payload: object) -> None:
        """Take whatever a browser sent."""
        self._values: dict[Any, Any] = payload if isinstance(payload, dict) else {}
        self.wrong: dict[str, str] = {}

    def raw(self, name: str, longest: int = LONGEST_LINE) -> str:
        """Return a field as it was typed (a password); "" for what is no text or is absurdly long."""
        value = self._values.get(name)
        return value if isinstance(value, str) and len(value) <= longest and "\x00" not in value else ""

    def text(self, name: str, missing: str = "", longest: int = LONGEST_LINE) -> str:
        """Return one line without spaces around it; an empty one is wrong if there are words for that."""
        value = " ".join(self.raw(name, longest).split())
        if not value and missing:
            self.refuse(name, missing)
        return value

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked: browsers send «on», React sends true."""
        return self._values.get(name) in ("on", "true", True)

    def read(self, name: str, parse: Callable[[str], T], missing: str) -> T | None:
        """Return a field as ``parse`` reads it, whose refusal tells what is wrong; None when something is."""
        text = self.text(name, missing)
        if not text:
            return None
        try:
            return parse(text)
        except Refused as refused:
            self.refuse(name, refused.message)
            return None

    def refuse(self, name: str, message: str) -> None:
        """Note what is wrong with a field; the first trouble of a field is the one that is told."""
        self.wrong.setdefault(name, message)

    def check(self) -> None:
        """Raise Invalid with all that is wrong, if anything is."""
        if self.wrong:
            raise Invalid(self.wrong)
