"""A template compiled to a pydantic model: it accepts the very answers that ``formcheck.check`` finds nothing wrong with."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator
from pydantic_core import PydanticCustomError

from elka.core.formcheck import settle, shown
from elka.core.formfields import AnyField, FieldKind
from elka.core.formtemplate import FormSpec

_ROWS = list[dict[str, Any]]
_TYPES: dict[FieldKind, Any] = {
    FieldKind.LINE: str,
    FieldKind.TEXT: str,
    FieldKind.NUMBER: int | float,
    FieldKind.MONEY: int,
    FieldKind.DATE: str,
    FieldKind.CHOICE: str,
    FieldKind.CHOICES: list[str],
    FieldKind.FILES: _ROWS,
    FieldKind.BUDGET: _ROWS,
    FieldKind.SCHEDULE: _ROWS,
    FieldKind.POINT: dict[str, float],
    FieldKind.PEOPLE: _ROWS,
    FieldKind.LINK: str,
    FieldKind.CONSENT: bool,
}


class Answers(BaseModel):
    """A set of answers by key. Errors stand at their keys, in Russian; keys that the template does not know are refused.

    ``model_dump(by_alias=True, exclude_none=True)`` is what an application keeps: empty and hidden answers are gone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    spec: ClassVar[FormSpec]

    @model_validator(mode="before")
    @classmethod
    def _ask(cls, sent: Any) -> Any:
        """Leave answers to hidden questions out, and ask each shown one even when nothing was sent for it."""
        if not isinstance(sent, dict):
            return sent
        visible, known = shown(cls.spec, sent), _questions(cls.spec)
        asked = {key: sent.get(key) for key in known if key in visible}
        return asked | {key: value for key, value in sent.items() if key not in known}


@lru_cache(maxsize=64)
def compiled(spec: FormSpec) -> type[Answers]:
    """Return the validator of a whole set of answers."""
    # Named by place, since a key may be any word («json», «class»); people and JSON know the field by its key.
    fields: dict[str, Any] = {
        f"field_{place}": (
            Annotated[_TYPES[field.kind] | None, BeforeValidator(partial(_right, field))],
            Field(default=None, alias=key, title=field.label, description=field.hint or None),
        )
        for place, (key, field) in enumerate(_questions(spec).items())
    }
    model = create_model("Answers", __base__=Answers, **fields)
    model.spec = spec
    return model


def _questions(spec: FormSpec) -> dict[str, AnyField]:
    return {key: field for key, field in spec.by_key.items() if field.kind is not FieldKind.SECTION}


def _right(field: AnyField, value: Any) -> Any:
    kept, trouble = settle(field, value)
    if trouble:
        raise PydanticCustomError("refused", "{words}", {"words": trouble})
    return kept
