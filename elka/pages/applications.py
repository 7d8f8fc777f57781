"""An application for the people of its project: what comes next, remarks, what was submitted and what has changed since."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.application_parts import answers_view, changes_list, content_view
from elka.pages.exclusive_parts import group_notes
from elka.state.appealing import AppealRow
from elka.state.applications import ApplicationState, RemarkRow, RevisionRow
from elka.state.viewer import ViewerState


def application_page() -> rx.Component:
    """Draw an application for the people of its project."""
    state = ApplicationState
    return ui.page(
        ui.screen(
            state,
            _application(),
            on_retry=state.load,
            missing="Заявки нет",
            missing_text="Заявку видят автор проекта, его инициативная группа и муниципалитет, который её подал.",
            back=("Мой кабинет", "/me"),
        ),
        active="cabinet",
    )


def _application() -> rx.Component:
    state = ApplicationState
    row = state.row
    contest = "/contests/" + row.contest_id.to_string()
    return rx.fragment(
        ui.page_header(
            row.title,
            crumbs=[("Мой кабинет", "/me"), (row.contest, contest), ("Заявка", "")],
            kicker=rx.el.span(
                ui.badge(row.status, row.tone), rx.el.span("Заявка ", row.number), class_name="row row-s"
            ),
        ),
        rx.cond(
            row.is_new,
            ui.notice(
                "Заявка " + row.number + " подана " + row.submitted + ". Квитанция ушла на вашу почту.",
                tone="ok",
                title="Готово!",
            ),
        ),
        group_notes(state.groups),
        rx.cond(row.ground != "", _ground()),
        rx.cond(row.may_change & (state.changes.length() > 0), _changes()),
        rx.el.div(
            rx.el.aside(_steps(), aria_label="Что дальше", class_name="stack"),
            rx.el.div(
                rx.cond(state.appeals.length() > 0, _appeals()),
                content_view(state.content),
                answers_view(state.answers),
                ui.card(rx.el.ol(rx.foreach(state.revisions, _revision), class_name="history"), title="История подачи"),
                class_name="stack",
            ),
            class_name="deed",
        ),
        rx.cond(row.may_appeal, _appeal_dialog()),
    )


def _steps() -> rx.Component:
    state = ApplicationState
    row = state.row
    return ui.card(
        rx.el.h2("Что дальше", class_name="h3"),
        rx.el.p(row.next_step, class_name="muted"),
        rx.el.dl(
            rx.cond(row.applicant != "", rx.el.div(rx.el.dt("от чьего имени"), rx.el.dd(row.applicant))),
            rx.cond(row.category != "", rx.el.div(rx.el.dt("категория"), rx.el.dd(row.category))),
            rx.el.div(rx.el.dt("подана"), rx.el.dd(row.submitted)),
            rx.el.div(rx.el.dt("просите"), rx.el.dd(row.amount)),
            rx.el.div(rx.el.dt("вся смета"), rx.el.dd(row.cost)),
            class_name="facts",
        ),
        rx.cond(
            row.may_change & (state.changes.length() == 0),
            ui.link_button(
                rx.cond(row.correct_by != "", "Исправить заявку", "Изменить заявку"),
                href=row.fill_href,
                icon_name="pencil",
                kind="tint",
                full=True,
            ),
        ),
        ui.link_button(
            "Печатная версия",
            href=row.print_href,
            kind="quiet",
            icon_name="printer",
            full=True,
            native=True,
            target="_blank",
        ),
        ui.link_button("Страница проекта", href="/projects/" + row.project_id.to_string(), kind="quiet", full=True),
        rx.cond(
            row.may_appeal,
            rx.fragment(
                ui.button("Обжаловать отказ", kind="tint", icon_name="scale", full=True, **ui.opens("appeal")),
                rx.el.p("Обжаловать можно " + row.appeal_by + ".", class_name="muted small"),
            ),
        ),
        rx.cond(
            row.may_withdraw,
            ui.confirm_button(
                "Отозвать заявку",
                dialog_id="withdraw",
                title="Отозвать заявку?",
                text="Проект выйдет из конкурса и снова станет доступен для правки. Подать его ещё раз можно, пока идёт приём: "
                "это будет новая заявка с новым номером.",
                confirm="Отозвать",
                on_confirm=state.withdraw(row.id),
                class_name="btn-full",
            ),
        ),
        class_name="stack",
    )


def _ground() -> rx.Component:
    """Show the grounds of a rejection, or the remarks with the way to each field."""
    state = ApplicationState
    row = state.row
    return ui.card(
        rx.el.div(
            rx.el.h2(rx.cond(row.is_rejected, "Основание отказа", "Замечания организатора"), class_name="h3"),
            rx.cond(
                row.correct_by != "",
                ui.countdown(row.correct_by_iso, row.correct_by, now=row.now_iso, on_end=state.load),
            ),
            class_name="row row-between",
        ),
        rx.cond(
            state.remarks.length() > 0,
            rx.el.ul(rx.foreach(state.remarks, _remark), class_name="remark-list"),
            rx.el.p(row.ground, class_name="remarks"),
        ),
        rx.cond(
            row.may_change & (state.changes.length() == 0),
            rx.el.div(
                ui.link_button("Исправить заявку", href=row.fill_href, icon_name="pencil"), class_name="row row-s"
            ),
        ),
        class_name="stack contest-line",
    )


def _remark(remark: RemarkRow) -> rx.Component:
    return rx.el.li(
        rx.cond(
            remark.label != "",
            rx.cond(
                ApplicationState.row.may_change,
                ui.link(remark.label, href=remark.href),
                rx.el.strong(remark.label),
            ),
            rx.el.strong("Заявка в целом"),
        ),
        rx.el.p(remark.text, class_name="pre-line"),
    )


def _changes() -> rx.Component:
    """Show what was changed since and not submitted yet, with the button that submits it."""
    state = ApplicationState
    row = state.row
    return ui.card(
        rx.el.h2("Вы изменили заявку, но ещё не подали снова", class_name="h3"),
        rx.el.p("Пока не подадите, организатор видит прежнюю редакцию.", class_name="muted"),
        changes_list(state.changes),
        rx.el.div(
            rx.cond(
                row.is_author,
                ui.button("Подать снова", on_click=state.resubmit(row.id)),
                rx.el.p("Подаст тот, кто подавал заявку.", class_name="muted"),
            ),
            ui.link_button("Править ещё", href=row.fill_href, kind="quiet", icon_name="pencil"),
            class_name="row row-s",
        ),
        class_name="stack contest-line",
    )


def _revision(revision: RevisionRow) -> rx.Component:
    return rx.el.li(
        rx.el.p(rx.cond(revision.number > 1, "Подана снова, редакция " + revision.number.to_string(), "Подана")),
        rx.el.p(revision.when, class_name="muted small"),
        rx.cond(
            revision.changes.length() > 0,
            rx.el.details(
                rx.el.summary("Что изменилось"), changes_list(revision.changes), class_name="revision-changes"
            ),
        ),
    )


def _appeals() -> rx.Component:
    return ui.card(
        rx.el.ol(rx.foreach(ApplicationState.appeals, _appeal), class_name="history"), title="Обжалование отказа"
    )


def _appeal(row: AppealRow) -> rx.Component:
    return rx.el.li(
        rx.el.p(ui.badge(row.outcome, row.tone), " ", rx.el.span(row.filed, class_name="muted small")),
        rx.el.p(row.text, class_name="pre-line"),
        rx.cond(
            row.answer != "",
            rx.el.div(
                rx.el.p("Ответ организатора, ", row.decided, class_name="muted small"),
                rx.el.p(row.answer, class_name="remarks"),
            ),
        ),
    )


def _appeal_dialog() -> rx.Component:
    state = ApplicationState
    return ui.dialog(
        rx.el.form(
            rx.el.p(
                "Напишите, с чем вы не согласны и почему. До ответа проект стоит в конкурсе, и подать его в другой нельзя.",
                class_name="muted",
            ),
            ui.text_area("appeal", "Почему отказ нужно пересмотреть", rows=7, error=state.errors["appeal"]),
            rx.el.div(
                ui.button("Отмена", kind="quiet", **ui.closes()),
                ui.submit("Подать жалобу"),
                class_name="dialog-actions",
            ),
            id="appeal-form",
            on_submit=state.appeal,
            reset_on_submit=False,
            no_validate=True,
            custom_attrs={"data-draft": ""},
            class_name="stack form-stack",
        ),
        dialog_id="appeal",
        title="Обжаловать отказ",
        wide=True,
    )


PAGES = [
    Page(
        "/applications/[application_id]",
        application_page,
        "Заявка — ЕЛКА",
        on_load=[ApplicationState.load, ViewerState.load],
    ),
]
