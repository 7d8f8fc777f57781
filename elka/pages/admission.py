"""The office's table of a contest's applications: views, tabs, filters, rows, and deeds on many of them."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.admission_parts import deeds_bar, mass_dialog, views_bar
from elka.pages.export_parts import export_list, export_menu
from elka.pages.office import HOME
from elka.state.admission_list import AdmissionListState, AppliedRow, Chip
from elka.state.exports import ExportsState
from elka.state.saved_views import SavedViewsState
from elka.state.viewer import ViewerState
from elka.ui.base import Child
from elka.ui.rows import Column

COLUMNS = (
    Column("title", "Проект", sortable=True),
    Column("number", "Номер", sortable=True),
    Column("applicant", "Заявитель", sortable=True),
    Column("place", "Место", sortable=True),
    Column("category", "Категория", sortable=True),
    Column("direction", "Направление"),
    Column("amount", "Просит", end=True, sortable=True),
    Column("share", "Доля", end=True, sortable=True),
    Column("submitted", "Подана", sortable=True),
    Column("revision", "Редакция", end=True, sortable=True),
    Column("files", "Файлы", end=True),
    Column("status", "Решение", sortable=True),
    Column("term", "Срок", sortable=True),
    Column("who", "Ведёт", sortable=True),
)
HIDDEN = ("direction", "share", "revision", "files")


def applications_page() -> rx.Component:
    """Draw the table of a contest's applications."""
    state = AdmissionListState
    return ui.page(
        rx.el.div(
            ui.screen(
                state,
                _applications(),
                waiting=ui.skeleton("rows", 8),
                on_retry=state.load,
                missing="Конкурса нет",
                back=HOME,
            ),
            class_name="wrap wrap-desk",
        ),
        active="office",
        width="full",
    )


def _applications() -> rx.Component:
    state = AdmissionListState
    contest = "/office/contests/" + state.head.contest_id.to_string()
    return rx.fragment(
        ui.pick_keeper(state.scope, state.ids, state.count),
        ui.page_header("Заявки", crumbs=[HOME, (state.head.contest, contest)], actions=[export_menu(state.query)]),
        export_list(),
        views_bar(),
        ui.link_tabs(state.tabs, state.address, label="Решение"),
        rx.el.section(
            rx.el.h2("Найти заявки", class_name="sr"),
            _filters(),
            rx.el.div(
                _more(),
                rx.el.p(
                    rx.el.span(state.found, role="status"),
                    rx.cond(
                        state.head.drafts != "",
                        rx.el.span(" · черновиков у заявителей: ", state.head.drafts),
                    ),
                    class_name="muted",
                ),
                rx.el.div(
                    ui.select_field(
                        "sort",
                        ui.hidden("Порядок"),
                        state.sorts,
                        blank="По столбцу",
                        value=state.order,
                        on_change=lambda value: state.choose("sort", value),
                    ),
                    ui.menu(
                        rx.cond(
                            state.choices.categories.length() > 0,
                            _columns(*COLUMNS[1:]),
                            _columns(*(one for one in COLUMNS[1:] if one.key != "category")),
                        ),
                        label="Столбцы",
                        face=rx.fragment(ui.icon("columns-3"), "Столбцы"),
                    ),
                    class_name="desk-look",
                ),
                class_name="desk-line",
            ),
            _chips(),
            class_name="desk-find",
        ),
        rx.el.section(
            rx.el.h2("Список", class_name="sr"),
            rx.cond(
                state.rows.length() > 0,
                rx.fragment(
                    _table(),
                    rx.cond(state.pages.length() > 0, ui.pagination(state.page, state.pages, state.show_page)),
                ),
                _nothing(),
            ),
        ),
        deeds_bar(),
        mass_dialog(),
    )


def _columns(*columns: Column) -> rx.Component:
    return ui.column_choice(columns, storage="columns:applications", off=HIDDEN)


def _table() -> rx.Component:
    state = AdmissionListState
    return rx.el.div(
        ui.data_table(
            COLUMNS,
            state.rows,
            _cells,
            caption="Заявки конкурса",
            sort=state.column,
            descending=state.descending,
            on_sort=state.sort,
            pick=lambda row: ui.pick_box(row.id, "Выбрать заявку " + row.number),
            pick_head=ui.pick_all("Выбрать все на странице"),
        ),
        class_name=rx.cond(state.choices.categories.length() > 0, "desk-table", "desk-table no-category"),
    )


def _cells(row: AppliedRow) -> list[rx.Component | rx.Var]:
    return [
        ui.text_link(row.title, href=row.href),
        rx.el.span(row.number, class_name="nowrap"),
        rx.el.span(
            rx.el.span(row.applicant, title=row.full_name),
            rx.cond(row.note != "", rx.el.span(row.note, class_name="muted small cell-note")),
        ),
        row.place,
        row.category,
        row.direction,
        rx.el.span(row.amount, class_name="nowrap"),
        rx.el.span(row.share, class_name="nowrap"),
        rx.el.span(row.submitted, class_name="nowrap"),
        row.revision,
        row.files,
        ui.badge(row.status, row.tone),
        rx.cond(
            row.term != "",
            rx.el.span(row.term, class_name=rx.cond(row.late, "late", "")),
            rx.el.span("—", class_name="faint"),
        ),
        rx.cond(
            row.who != "",
            rx.el.span(rx.cond(row.mine, "Я", row.who), class_name="nowrap"),
            rx.el.span("никто", class_name="faint"),
        ),
    ]


def _filters() -> rx.Component:
    state = AdmissionListState
    choices, filters = state.choices, state.filters
    return ui.toolbar(
        ui.search_field(
            "q",
            "Номер, проект, заявитель",
            in_form=False,
            default_value=filters.q,
            max_length=100,
            on_change=lambda words: state.search(words).debounce(350),
            key="q" + state.found_by.to_string(),
        ),
        _select("who", ui.hidden("Кто ведёт"), choices.people, "Любой исполнитель"),
        rx.cond(
            choices.categories.length() > 0,
            _select("category", ui.hidden("Категория"), choices.categories, "Любая категория"),
        ),
        rx.cond(
            choices.places.length() > 0,
            _select("place", ui.hidden("Муниципалитет"), choices.places, "Любой муниципалитет"),
        ),
    )


def _more() -> rx.Component:
    state = AdmissionListState
    choices = state.choices
    return rx.el.details(
        rx.el.summary(ui.icon("sliders-horizontal"), "Ещё условия"),
        ui.toolbar(
            _select("direction", "Направление", choices.directions, "Любое"),
            rx.cond(
                choices.settlements.length() > 0,
                _select("settlement", "Населённый пункт", choices.settlements, "Любой"),
            ),
            rx.cond(
                choices.applicants.length() > 0,
                _select("applicant", "От чьего имени", choices.applicants, "Любого"),
            ),
            _sum("least", "Просит от", state.least),
            _sum("most", "Просит до", state.most),
        ),
        ui.radio_group(
            "mark",
            "Показать только",
            state.marks,
            value=state.chosen_marks,
            on_change=state.toggle,
            pills=True,
            kind="checkbox",
        ),
        open=state.more_open,
        class_name="desk-more",
    )


def _select(name: str, label: Child, options: rx.Var, blank: str) -> rx.Component:
    state = AdmissionListState
    return ui.select_field(
        name,
        label,
        options,
        blank=blank,
        value=getattr(state.filters, name),
        on_change=lambda value: state.choose(name, value),
    )


def _sum(name: str, label: str, value: rx.Var) -> rx.Component:
    state = AdmissionListState
    return ui.money_field(
        name,
        label,
        default_value=value,
        on_blur=lambda typed: state.choose(name, typed),
        key=name + value,
        required=True,
    )


def _chips() -> rx.Component:
    state = AdmissionListState
    contest = "/office/contests/" + state.head.contest_id.to_string() + "/applications"
    return rx.cond(
        state.chips.length() > 0,
        rx.el.div(
            rx.foreach(state.chips, _chip),
            ui.link("Сбросить всё", href=contest, class_name="registry-reset"),
            class_name="chips",
            role="group",
            aria_label="Выбрано",
        ),
    )


def _chip(chip: Chip) -> rx.Component:
    return ui.link(
        chip.label, ui.icon("x"), href=chip.href, aria_label="Убрать условие: " + chip.label, class_name="chip"
    )


def _nothing() -> rx.Component:
    state = AdmissionListState
    contest = "/office/contests/" + state.head.contest_id.to_string()
    return rx.cond(
        state.narrowed,
        ui.empty_state(
            "Таких заявок нет",
            "Измените слова или уберите часть условий.",
            ui.link_button("Показать все заявки", href=contest + "/applications", kind="tint"),
            icon_name="search-x",
        ),
        ui.empty_state(
            "Заявок пока нет",
            "Они появятся здесь, как только их подадут.",
            ui.link_button("К конкурсу", href=contest, kind="tint"),
            icon_name="inbox",
        ),
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/applications",
        applications_page,
        "Заявки конкурса — ЕЛКА",
        on_load=[AdmissionListState.load, SavedViewsState.load, ExportsState.load, ViewerState.load],
    ),
]
