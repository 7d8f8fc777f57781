"""The control of a field of files: where to drop them, and what is there already. For the form of an application."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.state.attachments import AttachmentsState
from elka.state.base import listed


def files_control(key: str | rx.Var, *, on_change: Any = None) -> rx.Component:
    """Draw the files of one field of the application in the address (``AttachmentsState.load`` has read them).

    ``on_change``: an event that follows every file that came, went or was put back.
    """
    state = AttachmentsState
    drop, after = state.drops[key], listed(on_change)
    return rx.el.div(
        ui.file_drop(
            drop.url,
            name=key,
            hint=drop.hint,
            accept=drop.accept,
            max_mb=drop.max_mb,
            multiple=True,
            disabled=drop.closed,
            listed=True,
            on_done=[state.arrived, *after],
        ),
        rx.cond(
            state.rows[key].length() > 0,
            ui.file_list(
                state.rows[key],
                on_remove=state.remove,
                on_put_back=state.put_back,
                after=after,
            ),
        ),
        class_name="files-control",
    )
