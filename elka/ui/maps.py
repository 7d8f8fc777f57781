"""Map teaser: the outline of Ugra with points sized by what stands there."""

from typing import Any

import reflex as rx

from elka.core.geo import outline
from elka.ui.base import Text, each, either, link
from elka.ui.rows import MapPoint


def ugra_map(points: Any = (), *, label: Text = "Карта Югры", linked: bool = False, stay: bool = False) -> rx.Component:
    """Draw Ugra and ``rows.MapPoint`` on it. The same facts stand beside as a list: a map alone tells a blind reader little.

    ``linked`` points go to their ``href`` (the list must lead there too: the Tab key passes them by); otherwise the
    drawing is one picture. ``stay``: they lead to this very page, which shall not jump to its top.
    """

    def draw(point: MapPoint) -> rx.Component:
        if not linked:
            return _point(point)
        # For the mouse: sixty stops of the Tab key would bar the way, and the list beside leads to the same.
        return link(_point(point), href=point.href, aria_label=point.title, tab_index=-1, prevent_scroll_reset=stay)

    border = outline()
    return rx.el.svg(
        rx.el.path(d=border.path, class_name="land"),
        *each(points, draw),
        view_box=f"0 0 {border.width} {border.height}",
        role="group" if linked else "img",
        aria_label=label,
        class_name="ugra-map",
    )


def _point(point: MapPoint) -> rx.Component:
    place = {"cx": point.x, "cy": point.y, "r": point.radius}  # decimals, which the typed props do not take
    return rx.el.circle(rx.el.title(point.title), custom_attrs=place, class_name=either(point.faint, "is-faint", ""))
