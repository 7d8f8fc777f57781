"""The list of projects."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.project_rows import ProjectRow
from elka.state.projects import ProjectsState
from elka.state.viewer import ViewerState


def projects_page() -> rx.Component:
    """Draw the list of projects."""
    state = ProjectsState
    return ui.page(
        _toolbar(),
        ui.link_tabs(state.tabs, state.address, label="На каком шаге"),
        rx.match(
            state.status,
            ("loading", rx.el.div(ui.skeleton("cards", 6), class_name="tab-panel bones")),
            ("error", rx.el.div(ui.error_state(text=state.fault, on_retry=state.load), class_name="tab-panel")),
            rx.cond(
                state.rows.length() > 0,
                rx.el.div(
                    rx.el.p(state.total, class_name="muted small found", aria_live="polite"),
                    rx.el.div(rx.foreach(state.rows, project_card), class_name="grid"),
                    rx.cond(
                        state.window.length() > 0,
                        ui.pagination(state.filters.page, state.window, state.open_page),
                    ),
                    class_name="tab-panel",
                ),
                rx.el.div(_nothing(), class_name="tab-panel"),
            ),
        ),
        title="Проекты",
        lead="Идеи жителей Югры: от первых слов до открытия. Найдите своё и поддержите.",
        actions=[
            ui.link_button("Предложить идею", href="/projects/new", icon_name="lightbulb", class_name="not-on-phone")
        ],
        active="projects",
    )


def project_card(row: ProjectRow) -> rx.Component:
    """Draw a project in a list."""
    return ui.project_card(
        title=row.title,
        href=row.href,
        cover_src=row.cover,
        place=row.place,
        direction=row.direction,
        status=row.status,
        tone=row.tone,
        foot=row.cost,
    )


def _toolbar() -> rx.Component:
    state = ProjectsState
    return rx.el.div(
        rx.el.form(
            ui.search_field(
                label="Найти проект",
                placeholder="Лыжня, площадка, музей…",
                default_value=state.filters.q,
                max_length=100,
                key=state.taken,
            ),
            ui.submit("Найти", kind="tint"),
            on_submit=state.search,
            role="search",
            class_name="find",
        ),
        ui.toolbar(
            ui.select_field(
                "direction",
                "Направление",
                state.directions,
                blank="Все направления",
                value=state.filters.direction,
                on_change=lambda value: state.choose("direction", value),
            ),
            ui.select_field(
                "place",
                "Где",
                state.places,
                blank="Вся Югра",
                value=state.filters.place,
                on_change=lambda value: state.choose("place", value),
            ),
            ui.select_field(
                "sort",
                "Порядок",
                state.sorts,
                blank="",
                value=state.filters.sort,
                on_change=lambda value: state.choose("sort", value),
            ),
            class_name="filters",
        ),
    )


def _nothing() -> rx.Component:
    state = ProjectsState
    return rx.cond(
        state.filtered,
        ui.empty_state(
            "Ничего не нашлось",
            "Попробуйте другие слова или уберите часть условий.",
            ui.link_button("Показать все проекты", href="/projects", kind="tint"),
            icon_name="search-x",
        ),
        ui.empty_state(
            "Проектов пока нет",
            "Ваш может стать первым: двух абзацев и места на карте достаточно.",
            ui.link_button("Предложить идею", href="/projects/new", kind="tint", icon_name="lightbulb"),
        ),
    )


PAGES = [
    Page(
        "/projects",
        projects_page,
        "Проекты — ЕЛКА",
        on_load=[ProjectsState.load, ViewerState.load],
        description="Идеи и проекты жителей Югры: что предлагают, за что голосуют, что уже построено.",
    ),
]
