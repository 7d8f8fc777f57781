"""What changes while people look: asking again by itself (``pulse.jsx``), only in a tab that is seen."""

from typing import Any

import reflex as rx

_LIBRARY = rx.asset("pulse.jsx", shared=True).importable_path


class _Pulse(rx.Component):
    library = _LIBRARY
    tag = "Pulse"

    seconds: rx.Var[int]
    on_beat: rx.EventHandler[rx.event.no_args_event_spec]


def pulse(on_beat: Any, seconds: int | rx.Var = 60) -> rx.Component:
    """Call ``on_beat`` about every ``seconds`` while the tab is seen, and when it is seen again.

    Draws nothing and does not fire when it appears: the page has just been loaded. ``seconds`` 0 stops it, so a var
    may say when there is nothing more to wait for. The handler behind it must be cheap: one query.
    """
    return _Pulse.create(on_beat=on_beat, seconds=seconds)
