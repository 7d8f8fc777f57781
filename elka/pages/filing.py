"""Filing: whether one may, in whose name, with which project; then the application begins."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.application_parts import checks_list
from elka.state.filing import LIMITS, NEW, FilingState
from elka.state.filing_rows import GoingRow
from elka.state.viewer import ViewerState


def filing_page() -> rx.Component:
    """Draw the way of a project into a contest."""
    state = FilingState
    return ui.page(
        ui.screen(state, _filing(), waiting=ui.skeleton("rows", 5), on_retry=state.load),
        active="contests",
    )


def _filing() -> rx.Component:
    state = FilingState
    row = state.row
    contest = "/contests/" + row.contest_id.to_string()
    return rx.fragment(
        ui.page_header(
            "Подать заявку",
            crumbs=[("Конкурсы", "/contests"), (row.contest, contest)],
            lead="Сначала — подходите ли вы по правилам. Потом начнём заявку: она сохраняется сама, вернуться можно в любой день.",
        ),
        rx.el.div(
            rx.el.aside(
                ui.card(
                    rx.el.h2(ui.link(row.contest, href=contest), class_name="h3"),
                    rx.el.p(row.place, class_name="muted"),
                    rx.cond(
                        row.closes != "", ui.countdown(row.closes_iso, row.closes, now=row.now_iso, on_end=state.load)
                    ),
                    ui.text_link("Правила конкурса", href=contest + "#rules"),
                    class_name="stack stack-s",
                ),
                aria_label="Конкурс",
            ),
            rx.el.div(
                rx.cond(
                    state.going.length() > 0,
                    ui.card(rx.el.ul(rx.foreach(state.going, _going), class_name="fits"), title="Ваши заявки"),
                ),
                ui.card(checks_list(state.person), title="Вы"),
                rx.cond(row.may_begin, _beginning()),
                class_name="stack",
            ),
            class_name="deed",
        ),
    )


def _going(row: GoingRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(rx.el.p(row.title, class_name="strong"), ui.badge(row.status, row.tone)),
        ui.link_button(row.action, href=row.href, kind="quiet"),
    )


def _beginning() -> rx.Component:
    state = FilingState
    row = state.row
    return rx.el.form(
        rx.cond(
            state.names.length() > 1,
            ui.card(
                ui.radio_group("name", "От чьего имени", state.names, value=row.name, on_change=state.choose_name),
                _organization(),
            ),
            rx.fragment(
                rx.el.input(type="hidden", name="name", value=row.name, read_only=True),
                rx.cond(row.name == "organization", ui.card(_organization())),
            ),
        ),
        _project(),
        rx.cond(
            state.nominations.length() > 0,
            ui.card(
                ui.select_field(
                    "nomination",
                    "Номинация",
                    state.nominations,
                    blank="Выберите номинацию",
                    error=state.errors["nomination"],
                )
            ),
        ),
        rx.el.div(
            ui.submit(
                "Начать заявку",
                large=True,
                busy=state.busy,
                disabled=row.project == "",
                end_icon="arrow-right",
            ),
            class_name="form-actions",
        ),
        on_submit=state.begin,
        reset_on_submit=False,
        no_validate=True,
        class_name="stack",
    )


def _organization() -> rx.Component:
    state = FilingState
    return rx.cond(
        state.row.name == "organization",
        rx.el.div(
            ui.text_field(
                "organization_name",
                "Название организации",
                count_to=LIMITS["organization_name"],
                auto_complete="organization",
                error=state.errors["organization_name"],
            ),
            ui.text_field(
                "organization_inn",
                "ИНН организации",
                hint="Десять цифр",
                input_mode="numeric",
                auto_complete="off",
                error=state.errors["organization_inn"],
            ),
            class_name="grid grid-form filing-organization",
        ),
    )


def _project() -> rx.Component:
    state = FilingState
    row = state.row
    return ui.card(
        rx.cond(
            row.for_office,
            rx.el.div(
                ui.search_field(
                    name="find",
                    label="Найти проект по названию",
                    default_value=row.search,
                    on_change=lambda text: state.search(text).debounce(400),
                ),
                class_name="filing-search",
            ),
        ),
        rx.cond(
            state.projects.length() > 0,
            ui.radio_group(
                "project",
                rx.cond(row.for_office, "Какой проект муниципалитета подать", "Какой проект подать"),
                state.projects,
                value=row.project,
                on_change=state.choose_project,
                error=state.errors["project"],
            ),
            _nothing(),
        ),
        rx.cond(
            state.checks.length() > 0,
            rx.el.div(
                rx.el.h3("Что останется поправить в заявке", class_name="filing-mend"),
                checks_list(state.checks),
                class_name="filing-checks",
            ),
        ),
        rx.cond(row.project == NEW, _new_project()),
    )


def _nothing() -> rx.Component:
    row = FilingState.row
    return rx.cond(
        row.for_office,
        ui.empty_state(
            "Подходящих проектов нет",
            "Подать можно опубликованный проект вашего муниципалитета, который не стоит в другом конкурсе.",
            ui.link_button("Проекты муниципалитета", href="/projects", kind="tint"),
            icon_name="lightbulb",
            boxed=False,
        ),
        ui.empty_state(
            "Завершённых проектов у вас нет",
            "Этот конкурс — для проектов, которые уже сделаны и стоят в реестре.",
            ui.link_button("Мои проекты", href="/me/projects", kind="tint"),
            icon_name="flag",
            boxed=False,
        ),
    )


def _new_project() -> rx.Component:
    state = FilingState
    return rx.el.div(
        ui.text_field(
            "title",
            "Как назовём проект",
            hint="Коротко и по делу: «Свет на лыжной трассе», «Площадка у школы № 2».",
            count_to=LIMITS["title"],
            error=state.errors["title"],
        ),
        rx.el.div(
            ui.select_field(
                "direction",
                "Направление",
                state.directions,
                blank="Выберите направление",
                error=state.errors["direction"],
            ),
            ui.select_field(
                "settlement",
                "Населённый пункт",
                state.settlements,
                blank="Выберите населённый пункт",
                default_value=state.row.home,
                key="home-" + state.row.home,
                error=state.errors["settlement"],
            ),
            class_name="grid grid-form",
        ),
        class_name="stack filing-new",
    )


PAGES = [
    Page(
        "/contests/[contest_id]/apply",
        filing_page,
        "Подать заявку — ЕЛКА",
        on_load=[FilingState.load, ViewerState.load],
    )
]
