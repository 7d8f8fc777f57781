"""What an official's table needs in the browser (``desk.jsx``): picking rows, choosing columns, keys. One table to a page."""

from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx

from elka.ui.base import Child, Text
from elka.ui.rows import Column

_LIBRARY = f"$/public{rx.asset('desk.jsx', shared=True)}"


class _Keeper(rx.Component):
    library = _LIBRARY
    tag = "PickKeeper"

    scope: rx.Var[str]
    ids: rx.Var[list[int]]
    found: rx.Var[int]


class _Box(rx.Component):
    library = _LIBRARY
    tag = "PickBox"

    pick: rx.Var[int]
    label: rx.Var[str]


class _All(rx.Component):
    library = _LIBRARY
    tag = "PickAll"

    label: rx.Var[str]


class _Bar(rx.Component):
    library = _LIBRARY
    tag = "PickBar"

    most: rx.Var[int]


class _Columns(rx.Component):
    library = _LIBRARY
    tag = "ColumnChoice"

    columns: rx.Var[list[dict[str, str]]]
    storage: rx.Var[str]
    off: rx.Var[list[str]]


class _Hotkeys(rx.Component):
    library = _LIBRARY
    tag = "Hotkeys"

    keys: rx.Var[dict[str, str]]


def pick_keeper(scope: Text, ids: Any, found: Any) -> rx.Component:
    """Tell the picks what the table shows: ``ids`` in their order, ``found`` on all pages. Another ``scope`` begins anew."""
    return _Keeper.create(scope=scope, ids=ids, found=found)


def pick_box(pick: Any, label: Text) -> rx.Component:
    """Draw the box that picks a row: a click, shift for a range, arrows to move, shift with arrows to go on."""
    return _Box.create(pick=pick, label=label)


def pick_all(label: Text) -> rx.Component:
    """Draw the box that picks every row in sight."""
    return _All.create(label=label)


def pick_bar(*deeds: Child, most: int) -> rx.Component:
    """Stand at the foot of the screen while rows are picked. ``most``: how many all found ones may be to be picked at once."""
    return _Bar.create(*deeds, most=most)


def picked(handler: Any, *before: Any, query: Any) -> Any:
    """Return the event of a deed on what is picked: ``handler(*before, ids, everything, query)``."""
    ids = rx.Var("window.elkaPicks.ids()").to(list[int])
    everything = rx.Var("window.elkaPicks.everything()").to(bool)
    return handler(*before, ids, everything, query)


def column_choice(columns: Sequence[Column], *, storage: str, off: Sequence[str] = ()) -> rx.Component:
    """Let a person choose columns, kept in their browser under ``storage``; ``off``: hidden until they do."""
    return _Columns.create(
        columns=[{"key": one.key, "label": one.label} for one in columns], storage=storage, off=list(off)
    )


def hotkeys(keys: Mapping[str, str]) -> rx.Component:
    """Let keys (by ``event.code``, so in any layout) press what a selector finds."""
    return _Hotkeys.create(keys=dict(keys))
