"""What the style guide moves: a list of the browser's own, kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass

import reflex as rx


@dataclass(frozen=True)
class SampleRow:
    """One item of the list."""

    key: str
    name: str


_ROWS = ("Название проекта", "Где это будет", "Какую проблему решает", "Смета по источникам", "Инициативная группа")


class SamplesState(rx.State):
    """A list to try moving on."""

    rows: list[SampleRow] = [SampleRow(f"row{place}", name) for place, name in enumerate(_ROWS)]
    keys: list[str] = [f"row{place}" for place, _ in enumerate(_ROWS)]

    @rx.event
    async def move(self, key: str, position: int) -> None:
        """Put a row in another place."""
        if key not in self.keys or not isinstance(position, int) or not 0 <= position < len(self.keys):
            return
        rows = [row for row in self.rows if row.key != key]
        rows.insert(position, next(row for row in self.rows if row.key == key))
        self.rows, self.keys = rows, [row.key for row in rows]
