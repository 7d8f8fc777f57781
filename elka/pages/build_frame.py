"""What every step of the constructor stands in: its heading, its loading, its beat."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.state.build import BuildState

BEAT = 3  # seconds: how soon two officials see each other's changes


def step_box(
    state: Any,
    title: str,
    lead: Any,
    *children: rx.Component,
    waiting: rx.Component | None = None,
    more: Any = None,
) -> rx.Component:
    """Hold one step: it loads ``state`` when it appears and lets it look, with the frame, for changes of others.

    ``state`` has the handlers ``load`` and ``beat``; its ``status`` chooses skeleton, error or the fields. ``more``: a
    second state of the step.
    """
    states = [state] if more is None else [state, more]
    return rx.el.section(
        rx.el.header(rx.el.h2(title), rx.el.p(lead, class_name="lead-line"), class_name="build-head"),
        rx.match(
            state.status,
            ("ready", rx.el.div(*children, class_name="stack build-fields")),
            ("error", ui.error_state(text=state.fault, on_retry=state.load)),
            waiting or ui.skeleton("text", 8),
        ),
        ui.pulse([BuildState.beat, *(one.beat for one in states)], seconds=BEAT),
        on_mount=[one.load for one in states],
        class_name="build-step",
        aria_label=title,
    )
