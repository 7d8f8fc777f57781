"""Stepper: the steps of a long form, and the history of what has happened."""

from collections.abc import Callable
from typing import Any

import reflex as rx

from elka.ui.base import Child, Text, classes, each, either, glue, hidden, icon, shown
from elka.ui.rows import Step


def stepper(
    steps: Any, *, label: str = "Шаги", across: bool = False, on_step: Callable[[Any], Any] | None = None
) -> rx.Component:
    """Draw steps as a list, or ``across`` the page (then a phone shows the current one alone).

    ``steps`` are ``rows.Step``; ``on_step`` is called with the index of the step pressed.
    """

    def draw(step: Step, place: Any) -> rx.Component:
        inside = (
            rx.el.span(icon("check"), class_name="step-dot", aria_hidden="true"),
            rx.el.span(step.name, either(step.when == "done", hidden(" — готово"), rx.fragment())),
            shown(step.note, lambda: rx.el.span(step.note, class_name="step-note")),
        )
        body = (
            rx.el.button(*inside, type="button", class_name="step-in", on_click=on_step(place))
            if on_step is not None
            else rx.el.div(*inside, class_name="step-in")
        )
        return rx.el.li(
            body,
            class_name=classes("step", glue("is-", step.when)),
            aria_current=either(step.when == "now", "step", "false"),
        )

    return rx.el.nav(
        rx.el.ol(*each(steps, draw), class_name=classes("steps", "steps-across" if across else "")), aria_label=label
    )


def history(items: Any, *, when: str = "when", text: str = "text") -> rx.Component:
    """Draw what has happened, newest first. Items have the two named attributes."""
    return rx.el.ol(
        *each(
            items,
            lambda item: rx.el.li(rx.el.p(getattr(item, text)), rx.el.p(getattr(item, when), class_name="muted small")),
        ),
        class_name="history",
    )


def saved_mark(text: Text) -> Child:
    """Say that a draft is safe: «Сохранено в 14:05»."""
    return rx.el.span(icon("cloud-check"), rx.el.span(text), class_name="mark", role="status")
