"""Admission: the list of a contest's applications, and reading one to decide on it."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.application_parts import changes_list, content_view, print_link, revisions_list
from elka.pages.export_parts import export_list, export_menu
from elka.pages.office import HOME
from elka.state.admission import AdmissionState
from elka.state.admission_list import AdmissionListState, AppliedRow
from elka.state.exports import ExportsState
from elka.state.viewer import ViewerState
from elka.ui.rows import Column


def applications_page() -> rx.Component:
    """Draw the list of a contest's applications."""
    state = AdmissionListState
    return ui.page(
        ui.screen(state, _applications(), waiting=ui.skeleton("rows", 6), on_retry=state.load, back=HOME),
        active="office",
    )


def _applications() -> rx.Component:
    state = AdmissionListState
    contest = "/office/contests/" + state.head.contest_id.to_string()
    return rx.fragment(
        ui.page_header("Заявки", crumbs=[HOME, (state.head.contest, contest)]),
        ui.toolbar(
            ui.search_field(
                "q",
                "Номер, проект или заявитель",
                in_form=False,
                default_value=state.query,
                on_change=lambda words: state.search(words).debounce(350),
            ),
            ui.select_field(
                "status",
                ui.hidden("Показать"),
                state.choices,
                blank="",
                value=state.kind,
                on_change=state.choose,
            ),
            export_menu(),
        ),
        export_list(),
        rx.el.p(state.found, class_name="muted found-line", aria_live="polite"),
        rx.cond(
            state.rows.length() > 0,
            rx.fragment(
                ui.data_table(
                    [
                        Column("title", "Проект"),
                        Column("number", "Номер"),
                        Column("applicant", "Заявитель"),
                        Column("place", "Место"),
                        Column("amount", "Просят", end=True),
                        Column("submitted", "Подана"),
                        Column("status", "Решение"),
                    ],
                    state.rows,
                    _application_cells,
                    caption="Заявки конкурса",
                ),
                rx.cond(state.pages.length() > 0, ui.pagination(state.page, state.pages, state.show_page)),
            ),
            rx.cond(
                (state.query != "") | (state.kind != ""),
                ui.empty_state("Таких заявок нет", "Измените слова или выберите другое решение.", icon_name="search-x"),
                ui.empty_state(
                    "Заявок пока нет", "Они появятся здесь, как только жители их подадут.", icon_name="inbox"
                ),
            ),
        ),
    )


def _application_cells(row: AppliedRow) -> list[rx.Component]:
    return [
        ui.text_link(row.title, href=row.href),
        rx.el.span(row.number, class_name="nowrap"),
        rx.el.span(row.applicant),
        rx.el.span(row.place),
        rx.el.span(row.amount, class_name="nowrap"),
        rx.el.span(row.submitted, class_name="nowrap"),
        rx.el.span(
            ui.badge(row.status, row.tone),
            rx.cond(row.note != "", rx.el.span(row.note, class_name="muted small cell-note")),
        ),
    ]


def review_page() -> rx.Component:
    """Draw one application for the official who decides on it."""
    state = AdmissionState
    return ui.page(
        ui.screen(state, _review(), on_retry=state.load, missing="Заявки нет", back=HOME),
        active="office",
        bar=rx.cond((state.status == "ready") & state.row.may_decide, _review_bar(), rx.fragment()),
    )


def _review() -> rx.Component:
    state = AdmissionState
    row = state.row
    contest = "/office/contests/" + row.contest_id.to_string()
    return rx.fragment(
        ui.page_header(
            row.title,
            crumbs=[HOME, (row.contest, contest + "/applications")],
            kicker=ui.badge(row.status, row.tone),
        ),
        rx.el.div(
            rx.el.aside(_decision(), aria_label="Решение", class_name="stack"),
            rx.el.div(
                rx.cond(
                    state.changes.length() > 0,
                    ui.card(changes_list(state.changes), title="Что исправил заявитель"),
                ),
                rx.cond(
                    row.ground != "",
                    ui.card(rx.el.p(row.ground, class_name="remarks"), title="Последние замечания"),
                ),
                content_view(state.content),
                ui.card(
                    revisions_list(state.revisions),
                    ui.text_link("Страница проекта", href="/projects/" + row.project_id.to_string()),
                    print_link(row.id),
                    title="История подачи",
                    class_name="revisions",
                ),
                class_name="stack",
            ),
            class_name="deed",
        ),
        rx.cond(row.may_decide, rx.fragment(_send_back(), _reject())),
    )


def _decision() -> rx.Component:
    state = AdmissionState
    row = state.row
    return rx.fragment(
        ui.card(
            rx.el.div(
                rx.el.h2("Заявка № ", row.number, class_name="h3"),
                rx.el.span(row.place_in_line, class_name="muted"),
                class_name="row row-between",
            ),
            rx.el.dl(
                _fact("Заявитель", row.applicant),
                _fact("Подана", row.submitted),
                _fact("Просит", row.amount),
                _fact("Вся смета", row.cost),
                _fact("Доля конкурса", row.share, row.share_limit),
                _fact("Группа", row.group, row.group_limit),
                class_name="lines-list",
            ),
            rx.cond(
                row.may_decide,
                rx.el.div(
                    ui.button("Допустить", icon_name="check", full=True, large=True, on_click=state.admit),
                    ui.button("Вернуть с замечаниями", kind="quiet", full=True, **ui.opens("send-back")),
                    ui.button("Отклонить", kind="danger-quiet", full=True, **ui.opens("reject")),
                    class_name="stack stack-s",
                ),
                rx.cond(
                    row.conflict,
                    ui.notice("Это ваш проект: решение принимает другой сотрудник.", tone="warn"),
                    rx.cond(row.decided != "", rx.el.p("Решение принято ", row.decided, class_name="muted")),
                ),
            ),
            rx.cond(row.correct_by != "", rx.el.p("Исправить ", row.correct_by, class_name="term")),
            rx.el.nav(
                rx.cond(
                    row.previous_href != "",
                    ui.link_button("Назад", href=row.previous_href, kind="plain", icon_name="chevron-left"),
                    rx.el.span(),
                ),
                rx.cond(
                    row.next_href != "",
                    ui.link_button("Дальше", href=row.next_href, kind="plain", end_icon="chevron-right"),
                    rx.el.span(),
                ),
                aria_label="Соседние заявки",
                class_name="row row-between",
            ),
            class_name="stack",
        ),
    )


def _fact(name: str, value: rx.Var, limit: rx.Var | None = None) -> rx.Component:
    tail = [] if limit is None else [" ", rx.el.span(limit, class_name="faint small")]
    return rx.el.div(rx.el.dt(name), rx.el.dd(value, *tail))


def _review_bar() -> rx.Component:
    return rx.fragment(
        ui.button("Вернуть", kind="quiet", **ui.opens("send-back")),
        ui.button("Допустить", icon_name="check", on_click=AdmissionState.admit, class_name="grow"),
    )


def _send_back() -> rx.Component:
    state = AdmissionState
    return ui.dialog(
        rx.el.form(
            ui.text_area(
                "remarks",
                "Что исправить",
                hint="Заявитель прочтёт это слово в слово",
                rows=6,
                count_to=3000,
                error=state.errors["remarks"],
            ),
            ui.date_field(
                "until",
                "Исправить до",
                type="datetime-local",
                hint="По времени Югры, не позже открытия голосования",
                default_value=state.row.until,
                error=state.errors["until"],
            ),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Вернуть"),
                class_name="dialog-actions",
            ),
            on_submit=state.send_back,
            class_name="stack",
            key="back" + state.row.id.to_string(),
            no_validate=True,
        ),
        dialog_id="send-back",
        title="Вернуть с замечаниями",
    )


def _reject() -> rx.Component:
    state = AdmissionState
    return ui.dialog(
        rx.el.form(
            rx.el.p(
                "Отклонённую заявку не вернуть в конкурс. Заявитель получит письмо с основанием, а проект снова сможет править.",
                class_name="muted",
            ),
            ui.text_area(
                "ground",
                "Основание",
                hint="Заявитель прочтёт это слово в слово",
                rows=5,
                count_to=3000,
                error=state.errors["ground"],
            ),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Отклонить заявку", kind="danger"),
                class_name="dialog-actions",
            ),
            on_submit=state.reject,
            class_name="stack",
            key="reject" + state.row.id.to_string(),
            no_validate=True,
        ),
        dialog_id="reject",
        title="Отклонить заявку?",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/applications",
        applications_page,
        "Заявки конкурса — ЕЛКА",
        on_load=[AdmissionListState.load, ExportsState.load, ViewerState.load],
    ),
    Page(
        "/office/applications/[application_id]",
        review_page,
        "Заявка — ЕЛКА",
        on_load=[AdmissionState.load, ViewerState.load],
    ),
]
