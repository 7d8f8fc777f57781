"""Map teaser: the outline of Ugra with points sized by what stands there."""

from typing import Any

import reflex as rx

from elka.core.geo import outline
from elka.ui.base import Text, each, link
from elka.ui.rows import MapPoint


def ugra_map(points: Any = (), *, label: Text = "Карта Югры", linked: bool = False) -> rx.Component:
    """Draw Ugra and ``rows.MapPoint`` on it. The same facts stand beside as a list: a map alone tells a blind reader little.

    ``linked`` points go to their ``href``; otherwise the drawing is one picture.
    """
    border = outline()
    return rx.el.svg(
        rx.el.path(d=border.path, class_name="land"),
        *each(points, _linked_point if linked else _point),
        view_box=f"0 0 {border.width} {border.height}",
        role="group" if linked else "img",
        aria_label=label,
        class_name="ugra-map",
    )


def _point(point: MapPoint) -> rx.Component:
    place = {"cx": point.x, "cy": point.y, "r": point.radius}  # decimals, which the typed props do not take
    return rx.el.circle(rx.el.title(point.title), custom_attrs=place)


def _linked_point(point: MapPoint) -> rx.Component:
    return link(_point(point), href=point.href, aria_label=point.title)
