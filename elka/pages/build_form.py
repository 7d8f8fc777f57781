"""The step of the application template: stands here until its own branch is merged."""

from __future__ import annotations

import reflex as rx

from elka import ui


def form_step() -> rx.Component:
    """Say that the step is not in this build."""
    return ui.notice("Форма заявки собирается в соседней ветке.")


def form_aside() -> rx.Component:
    """Draw nothing beside it."""
    return rx.fragment()
