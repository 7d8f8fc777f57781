"""Answers that are lists of rows: a budget, a schedule, the group, files. What is read is kept as plain dicts."""

from __future__ import annotations

import re
from typing import Any, get_args

from elka.core.formfields import ROWS_MAX, BudgetField, FilesField, PeopleField, ScheduleField, SourceShare
from elka.core.formtyped import day_typed, roubles, string, structure
from elka.core.formwords import NBSP, counted, number
from elka.core.texts import one_line
from elka.errors import Refused

# What a row of the project itself can hold (models/projects.py).
ROW_NAME_MAX = 160
QUANTITY_MAX = 60
DUTY_MAX = 80
AMOUNT_MAX = 10**10
PEOPLE_MAX = 200
FILE_NAME_MAX = 300
MEGABYTE = 1024**2
SOURCES: tuple[str, ...] = get_args(SourceShare.model_fields["source"].annotation)

_ID_MAX = 2**63 - 1
_DIGEST = re.compile(r"[0-9a-f]{1,64}")
_BROKEN_ROWS = "Таблица не читается. Обновите страницу и заполните её заново."
_BROKEN_PEOPLE = "Состав группы не читается. Обновите страницу."
_BROKEN_FILES = "Файлы не читаются. Приложите их заново."


def budget(_: BudgetField, typed: object) -> list[dict[str, Any]] | None:
    """Read the lines of a budget; a row that is being typed may have no name and no sum yet."""
    return _table(typed, ROWS_MAX, _budget_row)


def schedule(field: ScheduleField, typed: object) -> list[dict[str, Any]] | None:
    """Read a plan of work; a row that is being typed may have no name and no dates yet ("")."""
    return _table(typed, field.most_rows, _schedule_row)


def people(_: PeopleField, typed: object) -> list[dict[str, Any]] | None:
    """Take the confirmed people of the group, each once."""
    found: dict[int, dict[str, Any]] = {}
    for row in _listed(typed, _BROKEN_PEOPLE, PEOPLE_MAX):
        if not _is_id(row.get("person_id")):
            raise Refused(_BROKEN_PEOPLE)
        found.setdefault(row["person_id"], {"person_id": row["person_id"], "duty": _cell(row, "duty", DUTY_MAX)})
    return list(found.values()) or None


def files(field: FilesField, typed: object) -> list[dict[str, Any]] | None:
    """Take files that were uploaded; their types were told by their bytes then."""
    rows = _listed(typed, _BROKEN_FILES, None)
    if len(rows) > field.most_files:
        raise Refused(f"Не больше {counted(field.most_files, 'файла', 'файлов', 'файлов')}. Уберите лишние.")
    return [_file(row, field.max_mb) for row in rows] or None


def _table(typed: object, most: int, read_row: Any) -> list[dict[str, Any]] | None:
    found = []
    for place, row in enumerate(_listed(typed, _BROKEN_ROWS, most), 1):
        try:
            found.append(read_row(row))
        except Refused as refused:
            raise Refused(f"Строка {place}. {refused.message}") from None
    return found or None


def _listed(typed: object, broken: str, most: int | None) -> list[dict[Any, Any]]:
    rows = structure(typed)
    if not isinstance(rows, list | tuple) or not all(isinstance(row, dict) for row in rows):
        raise Refused(broken)
    if most is not None and len(rows) > most:
        raise Refused(f"Не больше {counted(most, 'строки', 'строк', 'строк')}. Уберите лишние.")
    return list(rows)


def _budget_row(row: dict[Any, Any]) -> dict[str, Any]:
    source = row.get("source")
    if not isinstance(source, str) or source not in SOURCES:
        raise Refused("Выберите, кто это оплатит.")
    amount = row.get("amount")
    return {
        "name": _cell(row, "name", ROW_NAME_MAX),
        "quantity": _cell(row, "quantity", QUANTITY_MAX),
        "amount": 0 if amount is None or amount == "" else roubles(amount, AMOUNT_MAX),
        "source": source,
    }


def _schedule_row(row: dict[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"name": _cell(row, "name", ROW_NAME_MAX)}
    for name in ("starts_on", "ends_on"):
        typed = row.get(name)
        found[name] = "" if typed is None or typed == "" else day_typed(typed).isoformat()
    return found


def _file(row: dict[Any, Any], max_mb: int) -> dict[str, Any]:
    size, digest = row.get("size"), row.get("sha256")
    known = _is_id(row.get("id")) and isinstance(digest, str) and _DIGEST.fullmatch(digest)
    if not known or isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= _ID_MAX:
        raise Refused(_BROKEN_FILES)
    name = _cell(row, "name", FILE_NAME_MAX)
    if size > max_mb * MEGABYTE:
        raise Refused(f"Файл «{name}» больше {max_mb}{NBSP}МБ. Уменьшите его или приложите другой.")
    return {"id": row["id"], "name": name, "size": size, "sha256": digest}


def _cell(row: dict[Any, Any], name: str, most: int) -> str:
    typed = row.get(name)
    text = "" if typed is None else one_line(string(typed))
    if len(text) > most:
        raise Refused(f"Слишком длинно: {number(len(text))} из {number(most)}. Сократите.")
    return text


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _ID_MAX
