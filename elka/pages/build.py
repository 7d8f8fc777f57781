"""The constructor of a contest: steps on the left, the fields of one of them, what belongs to them on the right."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.build_basics import basics_aside, basics_step
from elka.pages.build_check import PUBLISH, check_aside, check_step, publish_dialog
from elka.pages.build_criteria import criteria_aside, criteria_step
from elka.pages.build_form import form_aside, form_step
from elka.pages.build_history import history_sheet, turn_buttons
from elka.pages.build_rules import public_aside, public_step, winners_aside, winners_step
from elka.pages.build_templates import template_dialog, template_menu
from elka.pages.build_timeline import timeline_aside, timeline_step
from elka.pages.office import HOME
from elka.state.build import BuildState, PresentRow, StepRow
from elka.state.viewer import ViewerState


def build_page() -> rx.Component:
    """Draw the constructor."""
    state = BuildState
    row = state.row
    return ui.workplace(
        rx.cond(
            state.status == "ready",
            _head(),
            ui.tool_title("Конструктор конкурса", back=HOME),
        ),
        rx.match(
            state.status,
            ("ready", rx.cond(row.is_draft, _constructor(), _published())),
            (
                "missing",
                rx.el.div(
                    ui.empty_state(
                        "Конкурса нет",
                        "Возможно, адрес набран с ошибкой или черновик ведёт другой организатор.",
                        ui.link_button(HOME[0], href=HOME[1], kind="tint"),
                        icon_name="compass",
                    ),
                    class_name="wrap",
                ),
            ),
            ("error", rx.el.div(ui.error_state(text=state.fault, on_retry=state.load), class_name="wrap")),
            _waiting(),
        ),
        bar=rx.cond((state.status == "ready") & row.is_draft, rx.fragment(_look(), _publish())),
    )


def _head() -> rx.Component:
    state = BuildState
    row = state.row
    return rx.fragment(
        ui.tool_title(row.title, ui.badge(row.status, row.tone), back=HOME),
        rx.cond(
            row.is_draft,
            rx.el.div(
                ui.saved_mark(row.saved),
                rx.el.span(
                    rx.foreach(state.people, _present), class_name="avatars", role="group", aria_label="Кто ещё здесь"
                ),
                rx.el.div(turn_buttons(), template_menu(), class_name="tool-turns"),
                rx.el.div(_look(), _publish(), class_name="tool-acts"),
                class_name="tool-end",
            ),
        ),
    )


def _present(one: PresentRow) -> rx.Component:
    name = one.name + " — " + one.where
    return rx.el.span(ui.avatar(one.initials, tone=one.tone, size="s"), ui.hidden(name), title=name, key=one.name)


def _look() -> rx.Component:
    return ui.link_button(
        "Посмотреть", href="/contests/" + BuildState.row.id.to_string(), kind="quiet", icon_name="eye"
    )


def _publish() -> rx.Component:
    state = BuildState
    return rx.cond(
        state.row.ready & (state.step == "check"),
        ui.button("Опубликовать", **ui.opens(PUBLISH)),
        ui.link_button(
            "Опубликовать",
            href="/office/contests/" + state.row.id.to_string() + "/build?step=check",
            class_name=rx.cond(state.row.ready, "", "is-waiting"),
        ),
    )


def _constructor() -> rx.Component:
    state = BuildState
    steps: list[tuple[str, rx.Component, rx.Component]] = [
        ("timeline", timeline_step(), timeline_aside()),
        ("form", form_step(), form_aside()),
        ("public", public_step(), public_aside()),
        ("criteria", criteria_step(), criteria_aside()),
        ("winners", winners_step(), winners_aside()),
        ("check", check_step(), check_aside()),
    ]
    return rx.el.div(
        rx.el.div(rx.el.div(_steps()), class_name="build-left"),
        rx.el.div(
            rx.match(state.step, *[(key, body) for key, body, _ in steps], basics_step()),
            _ways(),
            key=state.row.id.to_string(),
            class_name="build-main",
        ),
        rx.el.aside(
            rx.el.div(rx.match(state.step, *[(key, beside) for key, _, beside in steps], basics_aside())),
            aria_label="Рядом с шагом",
            class_name="build-aside",
        ),
        history_sheet(),
        publish_dialog(),
        template_dialog(),
        class_name="build step-" + state.step,
    )


def _steps() -> rx.Component:
    state = BuildState
    return rx.fragment(
        rx.el.nav(
            rx.el.ol(rx.foreach(state.steps, _step), class_name="build-steps"),
            aria_label="Шаги конструктора",
        ),
        rx.el.div(
            rx.el.p("До публикации", class_name="strong"),
            ui.progress(state.row.done, "Сколько шагов заполнено"),
            rx.el.p(
                rx.cond(state.row.ready, "Всё заполнено. Проверьте и публикуйте.", state.row.rest),
                class_name="muted small",
            ),
            class_name="build-rest",
        ),
    )


def _step(step: StepRow) -> rx.Component:
    return rx.el.li(
        ui.link(
            rx.el.span(rx.cond(step.done, ui.icon("check"), step.number), class_name="build-dot", aria_hidden="true"),
            rx.el.span(step.name, rx.cond(step.done, ui.hidden(" — готово"), "")),
            rx.cond(step.note != "", rx.el.span(step.note, class_name="step-note")),
            href=step.href,
            aria_current=rx.cond(step.now, "step", "false"),
        ),
        class_name=rx.cond(step.done, "is-done", ""),
    )


def _ways() -> rx.Component:
    """Draw ways to the step before and the step after."""
    row = BuildState.row

    def way(href: Any, name: Any, **props: Any) -> rx.Component:
        return rx.cond(href != "", ui.link_button(name, href=href, **props), rx.el.span())

    return rx.el.div(
        way(row.back_href, row.back_name, kind="quiet", icon_name="chevron-left"),
        way(row.next_href, "Дальше: " + row.next_name, end_icon="chevron-right", kind="tint"),
        class_name="row row-between build-ways",
    )


def _published() -> rx.Component:
    row = BuildState.row
    return rx.el.div(
        ui.notice(
            "Его условия больше не меняются. Уточнить тексты, продлить этап или отменить конкурс можно на его странице.",
            title="Конкурс опубликован",
            icon_name="lock",
            actions=(ui.link_button("К конкурсу", href="/office/contests/" + row.id.to_string(), kind="quiet"),),
        ),
        class_name="wrap build-closed",
    )


def _waiting() -> rx.Component:
    return rx.el.div(
        rx.el.div(ui.skeleton("text", 6), class_name="build-left"),
        rx.el.div(ui.bone("40%", "title", "2rem"), ui.card(ui.skeleton("text", 6)), class_name="build-main stack"),
        rx.el.div(ui.skeleton("text", 4), class_name="build-aside"),
        class_name="build",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/build",
        build_page,
        "Конструктор конкурса — ЕЛКА",
        on_load=[BuildState.load, ViewerState.load],
    ),
]
