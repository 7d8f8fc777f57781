"""The standard template of applications: a project with its budget, dates and group, nothing beside it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from elka.core.formspec import FormSpec

_FILE = Path(__file__).parent / "templates" / "standard_form.json"


@lru_cache(maxsize=1)
def standard_form() -> FormSpec:
    """Return the template that a contest begins with when its official chooses no other."""
    return FormSpec.load(json.loads(_FILE.read_text(encoding="utf-8")))
