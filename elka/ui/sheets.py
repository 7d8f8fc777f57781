"""Tables and a map that people fill in: the budget, the plan of work (``sheets.jsx``), a point (``point.jsx``).

Rows and sums live in the browser and save themselves: ``on_save`` gets all of it as one JSON text. ``value`` is such a
text too. ``keep``: the key under which the browser holds what the server does not have yet; "" for none.
"""

from typing import Any

import reflex as rx

from elka.core.geo import PROJECTION, outline
from elka.ui.base import Text

_SHEETS = rx.asset("sheets.jsx", shared=True).importable_path
_POINT = rx.asset("point.jsx", shared=True).importable_path


class _Kept(rx.Component):
    """What such parts have in common."""

    value: rx.Var[str]
    closed: rx.Var[bool]
    keep: rx.Var[str]
    describedby: rx.Var[str]
    invalid: rx.Var[bool]
    on_save: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class _Budget(_Kept):
    library = _SHEETS
    tag = "Budget"

    limits: rx.Var[Any]


class _Schedule(_Kept):
    library = _SHEETS
    tag = "Schedule"

    most: rx.Var[int]


class _PointMap(_Kept):
    library = _POINT
    tag = "PointMap"

    places: rx.Var[Any]
    path: rx.Var[str]
    width: rx.Var[int]
    height: rx.Var[int]
    projection: rx.Var[dict[str, float]]


def budget_sheet(name: Text, value: Text, limits: Any, **props: Any) -> rx.Component:
    """Draw the table of a budget with its total, shares and what is wrong with them, all as one types.

    ``limits``: ``state.field_rows.BudgetLimits``, plain or a var.
    """
    return _Budget.create(id=name, value=value, limits=limits, **props)


def schedule_sheet(name: Text, value: Text, *, most: int | rx.Var = 20, **props: Any) -> rx.Component:
    """Draw a plan of work: what, from when to when; ``most`` rows."""
    return _Schedule.create(id=name, value=value, most=most, **props)


def point_map(name: Text, value: Text, places: Any, **props: Any) -> rx.Component:
    """Draw the region with a point to be put on it. ``places``: ``state.field_rows.PlacePoint``, to begin with."""
    border = outline()
    return _PointMap.create(
        id=name,
        value=value,
        places=places,
        path=border.path,
        width=border.width,
        height=border.height,
        projection=PROJECTION,
        **props,
    )
