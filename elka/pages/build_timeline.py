"""The step of the timeline: stages with dates, on one line with weekends and holidays."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages.build_fields import at_once, own, part
from elka.pages.build_frame import step_box
from elka.state.build_timeline import BarRow, BuildTimelineState, StageRow
from elka.ui.rows import Option

_STEP = "timeline"


def timeline_step() -> rx.Component:
    """Draw the step."""
    state = BuildTimelineState
    return step_box(
        state,
        "Сроки",
        "Этапы открываются и закрываются сами, в свою минуту. Время — Югры.",
        ui.card(_line(), class_name="line-card"),
        rx.el.ol(rx.foreach(state.stages, _stage), class_name="stages"),
        rx.cond(
            state.both,
            ui.card(
                rx.el.div(
                    rx.el.p(state.order),
                    ui.button("Поменять местами", kind="quiet", icon_name="arrow-up-down", on_click=state.swap),
                    class_name="row row-between",
                )
            ),
        ),
        _shift(),
    )


def timeline_aside() -> rx.Component:
    """Tell of the whole term, and what advice is."""
    state = BuildTimelineState
    return rx.fragment(
        rx.el.h2("Весь конкурс", class_name="h3"),
        rx.el.p(state.whole, class_name="strong"),
        rx.cond(
            state.told != "",
            rx.el.p(
                "У этапов ",
                rx.el.strong(state.told),
                ": выходные на краях, короткие сроки, пустые промежутки. Публикации они не мешают.",
                class_name="muted",
            ),
            rx.el.p("Этапы идут друг за другом, длятся достаточно и не кончаются в выходной.", class_name="muted"),
        ),
        rx.el.p("Ошибки показаны красным у самих этапов: с ними конкурс не опубликовать.", class_name="muted small"),
        rx.cond(state.unknown != "", rx.el.p(state.unknown, class_name="muted small")),
    )


def _advice(text: Any) -> rx.Component:
    return rx.el.li(ui.icon("lightbulb"), rx.el.span(text))


def _line() -> rx.Component:
    state = BuildTimelineState
    return rx.el.figure(
        rx.el.div(
            rx.foreach(
                state.off, lambda bar: rx.el.i(style={"left": bar.left, "width": bar.width}, class_name="line-off")
            ),
            rx.foreach(state.months, _month),
            rx.foreach(state.bars, _bar),
            rx.cond(
                state.today != "",
                rx.el.span("сегодня", style={"left": state.today}, class_name="line-today"),
            ),
            class_name="line",
            aria_hidden="true",
        ),
        rx.el.figcaption(
            rx.el.span(rx.el.i(class_name="line-key line-off"), "выходные и праздники"),
            class_name="muted small",
        ),
        class_name="line-figure",
    )


def _month(bar: BarRow) -> rx.Component:
    return rx.el.span(bar.name, style={"left": bar.left}, class_name="line-month")


def _bar(bar: BarRow) -> rx.Component:
    return rx.el.span(
        rx.el.span(bar.name),
        title=bar.title,
        style={"left": bar.left, "width": bar.width},
        class_name="line-bar stage-" + bar.kind,
    )


def _stage(stage: StageRow) -> rx.Component:
    state = BuildTimelineState
    return rx.el.li(
        rx.el.div(
            rx.el.div(
                rx.el.h3(rx.el.i(class_name="stage-dot stage-" + stage.kind, aria_hidden="true"), stage.name),
                rx.el.p(rx.cond(stage.on, stage.lasts, stage.hint), class_name="muted small"),
            ),
            rx.cond(
                stage.required,
                rx.el.span("нужен всегда", class_name="faint small nowrap"),
                rx.el.label(
                    ui.hidden("Этап: ", stage.name),
                    rx.el.input(
                        type="checkbox",
                        role="switch",
                        **at_once(state, "stage:" + stage.kind),
                    ),
                    class_name="check is-switch",
                ),
            ),
            class_name="row row-between nowrap stage-head",
        ),
        rx.cond(
            stage.on,
            rx.el.div(
                rx.el.div(
                    _end(stage, "opens", "Начало"),
                    _end(stage, "closes", "Конец"),
                    class_name="build-pair",
                ),
                rx.cond(
                    stage.wrong != "",
                    ui.notice(
                        stage.wrong,
                        tone="error",
                        actions=(
                            rx.cond(
                                stage.overlaps,
                                ui.button(
                                    "Сдвинуть этот и следующие",
                                    kind="quiet",
                                    icon_name="arrow-right-to-line",
                                    on_click=state.push(stage.kind),
                                ),
                            ),
                        ),
                    ),
                ),
                rx.cond(
                    stage.advice.length() > 0,
                    rx.el.ul(rx.foreach(stage.advice, _advice), class_name="advices"),
                ),
                class_name="stack stack-s",
            ),
        ),
        id="timeline-" + stage.kind,
        key=stage.kind,
        class_name=rx.cond(stage.on, "card stage", "card stage is-off"),
    )


def _end(stage: StageRow, end: str, label: str) -> rx.Component:
    return own(BuildTimelineState, _STEP, stage.kind + "-" + end, label, part=ui.date_field, type="datetime-local")


def _shift() -> rx.Component:
    state = BuildTimelineState
    return part(
        rx.el.form(
            ui.text_field(
                "count",
                "Сдвинуть все этапы на",
                hint="С минусом — раньше",
                input_mode="numeric",
                default_value="1",
                error=state.errors["count"],
            ),
            ui.select_field(
                "unit",
                ui.hidden("Единица"),
                [Option("weeks", "недель"), Option("days", "дней")],
                blank="",
                default_value="weeks",
            ),
            ui.submit("Сдвинуть", kind="tint"),
            on_submit=state.shift,
            class_name="shift",
            no_validate=True,
        ),
        title="Всё сразу",
        text="На целые недели — дни недели останутся прежними.",
    )
