"""Pages whose fields save themselves (``kept.jsx``): drawn with what stands now, and a mark whether all is safe."""

from typing import Any

import reflex as rx
from reflex_components_core.core.banner import has_connection_errors

from elka.ui.base import Child, Text

_LIBRARY = rx.asset("kept.jsx", shared=True).importable_path


class _KeptMark(rx.Component):
    library = _LIBRARY
    tag = "KeptMark"

    prefix: rx.Var[str]
    saved: rx.Var[str]
    lost: rx.Var[bool]
    on_back: rx.EventHandler[rx.event.passthrough_event_spec(str)]


class _Opening(rx.Component):
    library = _LIBRARY
    tag = "Opening"

    mount: rx.Var[str]
    waiting: rx.Var[rx.Component]
    on_open: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def opening(*children: Child, mount: Text, on_open: Any, waiting: rx.Component) -> rx.Component:
    """Hold fields that keep what they are drawn with until the state has read what stands now.

    Each drawing tells ``on_open`` a word of its own and waits until ``mount`` is that word.
    """
    return _Opening.create(*children, mount=mount, on_open=on_open, waiting=rx.Var.create(waiting))


def kept_mark(prefix: Text, saved: Text, *, on_back: Any) -> rx.Component:
    """Say that all is saved, is being saved, or waits in the browser because there is no link.

    ``prefix``: of the keys that the page's fields keep their words under (``data-keep``). ``on_back`` gets what waits, as
    JSON of key → {was, now}, when the link is back or no answer came: save it again, that must do no harm.
    """
    return _KeptMark.create(prefix=prefix, saved=saved, lost=has_connection_errors, on_back=on_back)
