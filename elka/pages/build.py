"""The constructor of a contest: steps on the left, the fields of one of them, what belongs to them on the right."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.build_criteria import criteria_step
from elka.pages.build_form import form_aside, form_step
from elka.pages.office import HOME
from elka.state.build import BuildState, StepRow
from elka.state.viewer import ViewerState


def build_page() -> rx.Component:
    """Draw the constructor."""
    state = BuildState
    return ui.page(
        ui.screen(state, _constructor(), on_retry=state.load, missing="Конкурса нет", back=HOME),
        active="office",
        width="full",
    )


def _constructor() -> rx.Component:
    state = BuildState
    row = state.row
    return rx.el.div(
        ui.page_header(
            row.title, crumbs=[HOME, (row.place, "")], kicker=ui.badge("Черновик"), actions=[ui.saved_mark(row.saved)]
        ),
        rx.el.div(
            rx.el.nav(rx.el.ol(rx.foreach(state.steps, _step)), aria_label="Шаги конструктора"),
            rx.el.div(
                rx.match(
                    state.step,
                    ("form", form_step()),
                    ("criteria", criteria_step()),
                    rx.fragment(),
                ),
                key=row.id.to_string(),
                class_name="build-main",
            ),
            rx.el.aside(
                rx.match(state.step, ("form", form_aside()), rx.fragment()),
                aria_label="Рядом с шагом",
                class_name="build-aside",
            ),
            class_name="build-columns",
        ),
        class_name="wrap",
    )


def _step(step: StepRow) -> rx.Component:
    return rx.el.li(
        ui.link(
            rx.el.span(step.number, class_name="step-dot", aria_hidden="true"),
            rx.el.span(step.name),
            rx.cond(step.note != "", rx.el.span(step.note, class_name="step-note")),
            href=step.href,
        ),
        aria_current=rx.cond(step.when == "now", "step", "false"),
        class_name="step is-" + step.when,
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/build",
        build_page,
        "Конструктор конкурса — ЕЛКА",
        on_load=[BuildState.load, ViewerState.load],
    ),
]
