"""The heart of the constructor: an application template and everything that can be asked of it and its answers.

A version of a template is a ``FormSpec``. It is checked itself (``troubles``), compiled to a pydantic validator
(``compiled``) and to JSON Schema (``json_schema``), and read back. One answer goes through ``read`` and ``written``, a
whole application through ``shown``, ``check``, ``filled`` and ``changes``. Everything here is pure: no clock, no database.

Answers as they are kept, by kind; an empty one is absent (or None):
line, text, link: str · number: int or float · money: int, roubles · date: "YYYY-MM-DD" · choice: the option's value (the
id in digits for direction and settlement) · choices: list of them · files: list of {id, name, size, sha256} ·
budget: list of {name, quantity, amount, source} · schedule: list of {name, starts_on, ends_on} · point: {lat, lon} ·
people: list of {person_id, duty}, those who confirmed · consent: true · section: nothing.
"""

from __future__ import annotations

from elka.core.formchanges import AnswerChange, changes
from elka.core.formcheck import check, filled, shown
from elka.core.formmodel import compiled
from elka.core.formreading import read, written
from elka.core.formschema import from_json_schema, json_schema
from elka.core.formtemplate import BadForm, FormSpec
from elka.core.formtroubles import troubles

__all__ = [
    "AnswerChange",
    "BadForm",
    "FormSpec",
    "changes",
    "check",
    "compiled",
    "filled",
    "from_json_schema",
    "json_schema",
    "read",
    "shown",
    "troubles",
    "written",
]
