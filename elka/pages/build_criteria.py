"""The step «Критерии»: criteria with weights and marks, how many experts read an application, what they must not see."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.build_fields import number, own, part
from elka.pages.build_form import undo_bar
from elka.pages.build_frame import step_box
from elka.state.build_criteria import HINT_MAX, MARK_TEXT_MAX, NAME_MAX, BuildCriteriaState
from elka.state.build_fields import Tick
from elka.state.criteria_rows import OWN, CriterionRow, MarkRow, WeightRow
from elka.ui.base import glue

STEP = "criteria"


def criteria_step() -> rx.Component:
    """Draw the criteria; where the contest has no commission, how to add it."""
    state = BuildCriteriaState
    return step_box(
        state,
        "Критерии",
        "По ним комиссия ставит баллы. Веса показывают, что важнее: вместе они дают 100 %.",
        rx.cond(state.has_commission, _criteria(), _no_commission()),
    )


def criteria_aside() -> rx.Component:
    """Draw the sums of weights and what the commission will have before it."""
    state = BuildCriteriaState
    return rx.cond(
        (state.status == "ready") & state.has_commission & (state.rows.length() > 0),
        rx.el.section(
            rx.el.h3("Веса"),
            rx.el.ul(rx.foreach(state.weights, _weight), class_name="weights", id=f"{STEP}-weights"),
            ui.field_error("weights", state.errors["weights"]),
            rx.el.h3("Оценочный лист"),
            rx.el.p("Так увидит критерии эксперт.", class_name="muted small"),
            rx.el.ol(rx.foreach(state.rows, _preview), class_name="sheet-preview"),
            class_name="criteria-aside",
        ),
    )


def _no_commission() -> rx.Component:
    state = BuildCriteriaState
    step = "/office/contests/" + state.contest.to_string() + "/build?step=timeline#timeline-expert"
    return ui.empty_state(
        "В конкурсе нет комиссии",
        rx.cond(
            state.rows.length() > 0,
            "Критерии сохранены, но оценивать по ним некому. Включите в сроках этап «Комиссия» или оставьте всё как есть.",
            "Критерии понадобятся, если проекты будут оценивать эксперты. Для этого включите в сроках этап «Комиссия».",
        ),
        ui.link_button("К срокам", href=step, kind="tint", icon_name="calendar-range"),
        icon_name="scale",
    )


def _criteria() -> rx.Component:
    state = BuildCriteriaState
    return rx.fragment(
        rx.cond(
            state.rows.length() > 0,
            ui.sortable(
                rx.foreach(state.rows, _criterion),
                keys=state.order,
                label="Критерии",
                on_move=state.move,
            ),
            ui.empty_state(
                "Критериев пока нет",
                "Обычно их от трёх до семи: польза для жителей, продуманность, сколько людей участвует, смета.",
                icon_name="scale",
            ),
        ),
        rx.el.div(
            ui.button("Добавить критерий", kind="tint", icon_name="plus", on_click=state.add, disabled=state.is_full),
            class_name="row row-s",
        ),
        undo_bar(state),
        part(
            number(
                state,
                STEP,
                OWN,
                "Оценок у каждой заявки, не меньше",
                hint="Сколько экспертов должны поставить баллы; 0 — хватит и одного",
            ),
            title="Сколько экспертов",
        ),
        part(
            rx.el.div(rx.foreach(state.hidden, _field), class_name="hidden-fields"),
            title="Что эксперты не видят",
            text="Отмеченные ответы в оценочном листе закрыты: например, чтобы оценивали, не зная имён.",
        ),
    )


def _criterion(row: CriterionRow) -> rx.Component:
    state = BuildCriteriaState
    key = row.key
    return ui.sortable_item(
        rx.el.div(
            rx.el.div(
                ui.sortable_handle(),
                own(
                    state,
                    STEP,
                    glue(key, "-name"),
                    "Критерий",
                    max_length=NAME_MAX,
                    placeholder="Польза для жителей",
                ),
                number(state, STEP, glue(key, "-weight"), "Вес, %"),
                rx.el.div(
                    ui.icon_button("copy", glue("Копировать: ", row.title), on_click=state.duplicate(key)),
                    ui.icon_button("trash-2", glue("Убрать: ", row.title), on_click=state.remove(key)),
                    class_name="form-acts",
                ),
                class_name="criterion-head",
            ),
            rx.el.details(
                rx.el.summary(
                    ui.icon("chevron-right"),
                    rx.el.span("Баллы ", row.scale, rx.cond(row.category != "", glue(" · ", row.category), "")),
                ),
                rx.el.div(
                    own(
                        state,
                        STEP,
                        glue(key, "-hint"),
                        "Пояснение для эксперта",
                        part=ui.text_area,
                        rows=2,
                        count_to=HINT_MAX,
                    ),
                    rx.el.div(
                        number(state, STEP, glue(key, "-most"), "Высший балл"),
                        rx.cond(
                            state.categories.length() > 0,
                            ui.select_field(
                                glue(key, "-category"),
                                "Для каких заявок",
                                state.categories,
                                blank="",
                                value=state.values[glue(key, "-category")],
                                on_change=lambda value: state.save(glue(key, "-category"), value),
                            ),
                        ),
                        class_name="build-pair",
                    ),
                    rx.el.div(
                        rx.el.p("Что значит каждый балл", class_name="field-label"),
                        rx.foreach(row.marks, _mark),
                        class_name="marks",
                        role="group",
                        aria_label="Что значит каждый балл",
                    ),
                    class_name="stack criterion-more",
                ),
                class_name="preview criterion-details",
            ),
            class_name="card lifts criterion",
        ),
        item_key=key,
        name=row.title,
    )


def _mark(row: MarkRow) -> rx.Component:
    return rx.el.div(
        rx.el.span(row.mark, class_name="mark-number", aria_hidden="true"),
        own(
            BuildCriteriaState,
            STEP,
            row.field,
            ui.hidden("Балл ", row.mark),
            max_length=MARK_TEXT_MAX,
        ),
        class_name="mark-row",
    )


def _weight(row: WeightRow) -> rx.Component:
    state = BuildCriteriaState
    return rx.el.li(
        rx.el.div(rx.el.span(row.name), rx.el.strong(row.total, class_name="nowrap"), class_name="row row-between"),
        rx.cond(
            row.says != "",
            rx.el.p(ui.icon("triangle-alert"), rx.el.span(row.says), class_name="form-trouble"),
        ),
        rx.cond(
            row.may_even,
            ui.button("Поровну", kind="quiet", icon_name="equal", on_click=state.share_evenly(row.key)),
        ),
        class_name=rx.cond(row.good, "is-good", ""),
    )


def _preview(row: CriterionRow) -> rx.Component:
    state = BuildCriteriaState
    hint = state.values[glue(row.key, "-hint")]
    return rx.el.li(
        rx.el.div(
            rx.el.span(state.values[glue(row.key, "-name")], class_name="strong"),
            rx.el.span(state.values[glue(row.key, "-weight")], " %", class_name="muted nowrap"),
            class_name="row row-between",
        ),
        rx.cond(hint != "", rx.el.p(hint, class_name="muted small pre-line")),
        rx.el.p("Баллы ", row.scale, class_name="muted small"),
    )


def _field(one: Tick) -> rx.Component:
    state = BuildCriteriaState
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            role="switch",
            checked=one.on,
            disabled=one.note != "",
            on_change=lambda _: state.hide(one.value),
        ),
        rx.el.span(one.name, rx.cond(one.note != "", rx.el.span(one.note, class_name="field-hint"))),
        class_name="check is-switch",
    )
