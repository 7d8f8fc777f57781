"""The registry of projects that won support: the map, the list of places, the table."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.registry import Chip, RegistryState
from elka.state.registry_places import AreaRow
from elka.state.registry_rows import RegistryRow
from elka.state.viewer import ViewerState

COLUMNS = (
    ui.Column("title", "Проект", sortable=True),
    ui.Column("place", "Где"),
    ui.Column("year", "Год", sortable=True),
    ui.Column("sum", "Выделено", end=True, sortable=True),
    ui.Column("stage", "Стадия"),
    ui.Column("contest", "Конкурс"),
)


def registry_page() -> rx.Component:
    """Draw the registry."""
    state = RegistryState
    return ui.page(
        rx.match(
            state.status,
            ("loading", _bones()),
            ("error", ui.error_state(text=state.fault, on_retry=state.load)),
            rx.fragment(
                rx.cond(state.points.length() + state.areas.length() > 0, _where()),
                _filters(),
                ui.link_tabs(state.tabs, state.address, label="Стадия"),
                _list(),
            ),
        ),
        title="Реестр проектов",
        lead="Инициативы жителей, которые получили поддержку: где стоят, сколько стоили, что уже готово.",
        active="registry",
    )


def _where() -> rx.Component:
    """Draw the map and, beside it, the same as a list."""
    state = RegistryState
    return ui.card(
        ui.ugra_map(state.points, label="Карта Югры: где проекты реестра", linked=True, stay=True),
        rx.el.div(
            rx.el.h2(rx.cond(state.summary != "", state.summary, "Здесь такого пока нет"), aria_live="polite"),
            rx.cond(
                state.region != "",
                ui.link(
                    ui.icon("chevron-left"),
                    "Вся Югра",
                    href=state.region,
                    prevent_scroll_reset=True,
                    class_name="registry-back",
                ),
            ),
            rx.cond(state.summary == "", rx.el.p("Зато есть у соседей:", class_name="muted")),
            rx.el.ul(rx.foreach(state.areas, _area), class_name="areas"),
            rx.cond(
                state.more_areas.length() > 0,
                rx.el.details(
                    rx.el.summary("Ещё ", state.more_areas.length(), ui.icon("chevron-down")),
                    rx.el.ul(rx.foreach(state.more_areas, _area), class_name="areas"),
                    class_name="areas-more",
                ),
            ),
            class_name="registry-places",
        ),
        class_name="map-teaser registry-map",
        aria_label="Где построено",
    )


def _area(area: AreaRow) -> rx.Component:
    return rx.el.li(
        ui.link(
            rx.el.span(area.name),
            rx.el.span(area.count, class_name="area-count"),
            rx.el.span(class_name="area-bar", style={"--share": area.share.to_string() + "%"}, aria_hidden="true"),
            href=area.href,
            prevent_scroll_reset=True,
            aria_current=rx.cond(area.chosen, "true", "false"),
            class_name="area",
        )
    )


def _filters() -> rx.Component:
    state = RegistryState
    return rx.el.section(
        rx.el.h2("Найти в реестре", class_name="sr"),
        rx.el.form(
            ui.search_field(
                label="Найти в реестре",
                placeholder="Площадка, музей, набережная…",
                default_value=state.filters.q,
                max_length=100,
                key=state.taken,
            ),
            ui.submit("Найти", kind="tint"),
            on_submit=state.search,
            role="search",
            class_name="registry-find",
        ),
        ui.toolbar(
            _select("place", "Где", state.places, "Вся Югра", state.filters.place),
            _select("direction", "Направление", state.directions, "Любое", state.filters.direction),
            _select("year", "Год", state.years, "Любой", state.filters.year),
            _select("sort", "Порядок", state.sorts, "", state.filters.sort),
            class_name="registry-filters",
        ),
        rx.cond(
            state.chips.length() > 0,
            rx.el.div(
                rx.foreach(state.chips, _chip),
                ui.link("Сбросить всё", href="/registry", class_name="registry-reset"),
                class_name="chips",
                role="group",
                aria_label="Выбрано",
            ),
        ),
        class_name="section registry-list",
        id="list",
    )


def _select(name: str, label: str, options: rx.Var, blank: str, value: rx.Var) -> rx.Component:
    return ui.select_field(
        name,
        label,
        options,
        blank=blank,
        value=value,
        on_change=lambda chosen: RegistryState.choose(name, chosen),
    )


def _chip(chip: Chip) -> rx.Component:
    return ui.link(
        chip.name, ui.icon("x"), href=chip.href, aria_label="Убрать условие: " + chip.name, class_name="chip"
    )


def _list() -> rx.Component:
    state = RegistryState
    return rx.cond(
        state.rows.length() > 0,
        rx.el.div(
            ui.data_table(
                COLUMNS,
                state.rows,
                _cells,
                caption="Проекты реестра",
                sort=state.sorted_by,
                descending=state.descending,
                on_sort=state.order,
                tall=True,
            ),
            rx.cond(
                state.window.length() > 0,
                rx.el.div(
                    rx.el.p(state.shown, class_name="muted small"),
                    ui.pagination(state.filters.page, state.window, state.open_page),
                    class_name="registry-pages",
                ),
            ),
            class_name="tab-panel registry-table",
        ),
        rx.el.div(_nothing(), class_name="tab-panel"),
    )


def _cells(row: RegistryRow) -> list[rx.Component | rx.Var]:
    nothing = rx.el.span("—", class_name="nothing", aria_hidden="true")
    return [
        rx.el.div(
            ui.thumb(row.cover),
            rx.el.div(
                ui.link(row.title, href=row.href),
                rx.el.p(row.direction, class_name="muted small"),
            ),
            class_name="registry-name",
        ),
        row.place,
        row.year,
        rx.cond(row.granted != "", rx.el.span(row.granted, class_name="nowrap"), nothing),
        ui.badge(row.status, row.tone),
        rx.cond(
            row.contest != "", ui.link(row.contest, href=row.contest_href, class_name="link registry-contest"), nothing
        ),
    ]


def _nothing() -> rx.Component:
    return rx.cond(
        RegistryState.filtered,
        ui.empty_state(
            "Ничего не нашлось",
            "Попробуйте другие слова или уберите часть условий.",
            ui.link_button("Показать весь реестр", href="/registry", kind="tint"),
            icon_name="search-x",
        ),
        ui.empty_state(
            "В реестре пока пусто",
            "Здесь появятся проекты, которые победят в конкурсах.",
            ui.link_button("Смотреть конкурсы", href="/contests", kind="tint"),
        ),
    )


def _bones() -> rx.Component:
    return rx.fragment(
        ui.card(
            ui.ugra_map(label="Карта Югры"),
            rx.el.div(ui.bone("80%", "title", "2rem"), ui.skeleton("text", 8), class_name="registry-places"),
            class_name="map-teaser registry-map",
        ),
        rx.el.div(ui.skeleton("rows", 8), class_name="section"),
    )


PAGES = [
    Page(
        "/registry",
        registry_page,
        "Реестр проектов — ЕЛКА",
        on_load=[RegistryState.load, ViewerState.load],
        description="Инициативы жителей Югры, которые получили поддержку: карта, суммы, годы, что уже готово.",
    ),
]
