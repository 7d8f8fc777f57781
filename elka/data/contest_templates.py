"""The ready templates of contests that every office can begin with. Their figures are samples."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from elka.core.blueprint import Blueprint

_FOLDER = Path(__file__).parent / "templates"
READY = ("municipal", "regional", "individuals", "realised")


@lru_cache(maxsize=1)
def ready_templates() -> dict[str, Blueprint]:
    """Return the ready templates by their names."""
    return {
        name: Blueprint.load(json.loads((_FOLDER / f"contest_{name}.json").read_text(encoding="utf-8")))
        for name in READY
    }
