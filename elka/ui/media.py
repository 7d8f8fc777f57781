"""Parts drawn by our own JSX (``parts.jsx``): Countdown, FileDrop, and what moves focus when the page changes."""

from typing import Any

import reflex as rx

from elka.ui.base import Text
from elka.ui.fields import field

_LIBRARY = rx.asset("parts.jsx", shared=True).importable_path


class _Countdown(rx.Component):
    library = _LIBRARY
    tag = "Countdown"

    to: rx.Var[str]
    now: rx.Var[str]
    text: rx.Var[str]
    on_end: rx.EventHandler[rx.event.no_args_event_spec]


class _RouteFocus(rx.Component):
    library = _LIBRARY
    tag = "RouteFocus"


class _FileDrop(rx.Component):
    library = _LIBRARY
    tag = "FileDrop"

    url: rx.Var[str]
    form_fields: rx.Var[dict[str, str]]
    accept: rx.Var[str]
    max_mb: rx.Var[int]
    multiple: rx.Var[bool]
    label: rx.Var[str]
    hint: rx.Var[str]
    disabled: rx.Var[bool]
    listed: rx.Var[bool]
    on_done: rx.EventHandler[rx.event.passthrough_event_spec(str)]
    on_error: rx.EventHandler[rx.event.passthrough_event_spec(str)]


def countdown(to: Text, text: Text, *, now: Text = "", on_end: Any = None) -> rx.Component:
    """Count down to a moment and say it as ``labels.left`` does.

    ``to`` and ``now`` are ISO moments with a zone; ``now`` is the server's clock when the row was read, so that a wrong
    clock in the device does no harm. ``text`` stands until the browser takes over. ``on_end`` fires once.
    """
    events = {"on_end": on_end} if on_end is not None else {}
    return _Countdown.create(to=to, text=text, now=now, class_name="term", **events)


def route_focus() -> rx.Component:
    """Move focus to the new page and read its title after a move inside the site. ``app_wraps`` hold it."""
    return _RouteFocus.create()


def file_drop(
    url: Text,
    *,
    name: str = "file",
    title: str = "",
    label: Text = "Выберите файл",
    hint: Text = "",
    accept: Text = "",
    max_mb: int = 10,
    multiple: bool = False,
    fields: Any = None,
    error: Text = "",
    required: bool = False,
    disabled: bool | rx.Var = False,
    listed: bool = False,
    on_done: Any = None,
    on_error: Any = None,
) -> rx.Component:
    """Send files to ``url`` as multipart/form-data (field ``file``, plus ``fields``), with progress and repeat.

    ``on_done`` receives the answer's text (JSON) for each file, ``on_error`` the complaint: the ``message`` of a JSON
    answer, or words of our own for the status. The route checks size and type again: here they only save time.
    ``listed``: what has arrived stands in a ``file_list`` below, so it leaves the part's own list.
    """
    events = {"on_done": on_done} if on_done is not None else {}
    if on_error is not None:
        events["on_error"] = on_error
    box = _FileDrop.create(
        id=name,
        url=url,
        label=label,
        hint=hint,
        accept=accept,
        max_mb=max_mb,
        multiple=multiple,
        disabled=disabled,
        listed=listed,
        **({"form_fields": fields} if fields is not None else {}),
        **events,
    )
    if not title:
        return box
    return field(box, name=name, label=title, error=error, required=required)
