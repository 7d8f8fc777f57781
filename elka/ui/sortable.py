"""A list whose items are moved by hand (``sortable.jsx``, on dnd-kit): by mouse, by touch, by keyboard.

``sortable(rx.foreach(rows, lambda row: sortable_item(sortable_handle(), …, item_key=row.key, name=row.name)), …)``. The
order is the server's: a move is told by ``on_move`` and is shown at once, until the rows come back in their new order.
"""

from typing import Any

import reflex as rx

from elka.ui.base import Child, Text

_LIBRARY = rx.asset("sortable.jsx", shared=True).importable_path
LIBRARIES = ["@dnd-kit/core@6.3.1", "@dnd-kit/sortable@10.0.0"]


class _Sortable(rx.Component):
    library = _LIBRARY
    lib_dependencies: list[str] = LIBRARIES
    tag = "Sortable"

    keys: rx.Var[list[str]]
    label: rx.Var[str]
    disabled: rx.Var[bool]
    on_move: rx.EventHandler[rx.event.passthrough_event_spec(str, int)]


class _Item(rx.Component):
    library = _LIBRARY
    tag = "SortableItem"

    item_key: rx.Var[str]
    name: rx.Var[str]


class _Handle(rx.Component):
    library = _LIBRARY
    tag = "SortableHandle"


def sortable(
    *children: Child, keys: Any, label: Text, on_move: Any, disabled: bool | rx.Var = False, class_name: Text = ""
) -> rx.Component:
    """Hold items that can be moved. ``keys``: those of the items, in their order now.

    ``on_move`` gets the key of the item and the place where it now stands, from 0. Space or Enter on a handle takes the
    item, arrows move it, Escape puts it back; Alt with an arrow moves it from anywhere on its card.
    """
    return _Sortable.create(
        *children, keys=keys, label=label, on_move=on_move, disabled=disabled, class_name=class_name
    )


def sortable_item(*children: Child, item_key: Text, name: Text, class_name: Text = "") -> rx.Component:
    """Draw one item. ``name`` is what is read aloud; a ``sortable_handle`` stands somewhere inside."""
    return _Item.create(*children, item_key=item_key, name=name, class_name=class_name, key=item_key)


def sortable_handle() -> rx.Component:
    """Draw the six dots that an item is taken by; nothing where the list is disabled."""
    return _Handle.create()
