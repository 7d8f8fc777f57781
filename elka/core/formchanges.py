"""What differs between two sets of answers, told in the order of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elka.core.content import Piece, words_changed
from elka.core.formfields import FieldKind
from elka.core.formtemplate import FormSpec

_TEXTS = (FieldKind.LINE, FieldKind.TEXT)


@dataclass(frozen=True)
class AnswerChange:
    """One answer that changed. For texts ``pieces`` tell it word by word; otherwise ``old`` and ``new`` (None: empty)."""

    key: str
    label: str
    kind: FieldKind
    pieces: tuple[tuple[Piece, str], ...] = ()
    old: Any = None
    new: Any = None


def changes(spec: FormSpec, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[AnswerChange, ...]:
    """Return every difference. Both sets are taken as they were kept, whatever their conditions would hide now."""
    found = []
    for key, field in spec.by_key.items():
        before, after = _none_if_empty(old.get(key)), _none_if_empty(new.get(key))
        if before == after or field.kind is FieldKind.SECTION:
            continue
        texts = field.kind in _TEXTS and isinstance(before, str | None) and isinstance(after, str | None)
        if texts:
            pieces = words_changed(before or "", after or "")
            found.append(AnswerChange(key, field.label, field.kind, pieces=pieces))
        else:
            found.append(AnswerChange(key, field.label, field.kind, old=before, new=after))
    return tuple(found)


def _none_if_empty(value: Any) -> Any:
    return None if value is False or value in ("", [], {}) else value
