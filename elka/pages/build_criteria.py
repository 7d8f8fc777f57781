"""The step of criteria: stands here until its own branch is merged."""

from __future__ import annotations

import reflex as rx

from elka import ui


def criteria_step() -> rx.Component:
    """Say that the step is not in this build."""
    return ui.notice("Критерии собираются в соседней ветке.")
