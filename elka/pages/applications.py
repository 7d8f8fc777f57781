"""Filing a project in a contest, and the application afterwards."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.application_parts import changes_list, checks_list, content_view, print_link, revisions_list
from elka.state.applications import ApplicationState
from elka.state.filing import FilingState
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
            lead="Мы сверили вас и ваш проект с правилами. Когда всё готово, останется одна кнопка.",
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
                ui.card(checks_list(state.person), title="Вы"),
                rx.cond(state.options.length() > 0, _choice(), _no_projects()),
                class_name="stack",
            ),
            class_name="deed",
        ),
    )


def _choice() -> rx.Component:
    state = FilingState
    return rx.fragment(
        ui.card(
            ui.radio_group(
                "project",
                "Какой проект подать",
                state.options,
                value=state.chosen.to_string(),
                on_change=state.choose,
            ),
        ),
        ui.card(
            checks_list(state.checks),
            rx.el.div(
                ui.button(
                    "Подать заявку",
                    large=True,
                    disabled=~state.ready,
                    aria_describedby="why-not",
                    **ui.opens("submit-application"),
                ),
                class_name="form-actions",
            ),
            rx.el.p(
                rx.cond(state.ready, "", "Кнопка откроется, когда все пункты выше будут выполнены."),
                id="why-not",
                class_name="muted small",
            ),
            title="Готовность проекта",
        ),
        ui.confirm_dialog(
            dialog_id="submit-application",
            title="Подать заявку?",
            text="Мы сохраним проект таким, какой он сейчас. Пока заявку проверяют и пока идёт голосование, менять его "
            "нельзя. Отозвать заявку можно до открытия голосования.",
            confirm="Подать",
            on_confirm=state.submit(state.row.contest_id, state.chosen),
            danger=False,
        ),
    )


def _no_projects() -> rx.Component:
    return ui.empty_state(
        "У вас пока нет проекта",
        "Опишите идею, соберите группу и смету — и возвращайтесь сюда.",
        ui.link_button("Создать проект", href="/projects/new", icon_name="plus"),
        icon_name="lightbulb",
    )


def application_page() -> rx.Component:
    """Draw an application for the people of its project."""
    state = ApplicationState
    return ui.page(
        ui.screen(
            state,
            _application(),
            on_retry=state.load,
            missing="Заявки нет",
            missing_text="Заявку видят автор проекта и его инициативная группа.",
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
            crumbs=[("Мой кабинет", "/me"), (row.contest, contest)],
            kicker=rx.el.span(
                ui.badge(row.status, row.tone), rx.el.span("Заявка № ", row.number), class_name="row row-s"
            ),
        ),
        rx.cond(
            row.is_new,
            ui.notice(
                "Заявка № " + row.number.to_string() + " подана " + row.submitted + ". Квитанция ушла на вашу почту.",
                tone="ok",
                title="Готово!",
            ),
        ),
        rx.cond(row.ground != "", _remarks()),
        rx.el.div(
            rx.el.aside(_steps(), aria_label="Что дальше", class_name="stack"),
            rx.el.div(
                content_view(state.content),
                ui.card(revisions_list(state.revisions), title="История подачи"),
                class_name="stack",
            ),
            class_name="deed",
        ),
    )


def _steps() -> rx.Component:
    state = ApplicationState
    row = state.row
    return rx.fragment(
        ui.card(
            rx.el.h2("Что дальше", class_name="h3"),
            rx.el.p(row.next_step, class_name="muted"),
            rx.el.dl(
                rx.el.div(rx.el.dt("просите"), rx.el.dd(row.amount)),
                rx.el.div(rx.el.dt("вся смета"), rx.el.dd(row.cost)),
                class_name="figures",
            ),
            ui.link_button("Страница проекта", href="/projects/" + row.project_id.to_string(), kind="quiet", full=True),
            print_link(row.id),
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
        ),
    )


def _remarks() -> rx.Component:
    state = ApplicationState
    row = state.row
    edit = "/me/projects/" + row.project_id.to_string()
    return ui.card(
        rx.el.div(
            rx.el.h2(rx.cond(row.status == "Отклонена", "Основание отказа", "Замечания организатора"), class_name="h3"),
            rx.cond(
                row.correct_by != "",
                ui.countdown(row.correct_by_iso, row.correct_by, now=row.now_iso, on_end=state.load),
            ),
            class_name="row row-between",
        ),
        rx.el.p(row.ground, class_name="remarks"),
        rx.cond(
            row.may_correct,
            rx.fragment(
                rx.cond(
                    state.changes.length() > 0,
                    rx.el.div(rx.el.h3("Что вы исправили"), changes_list(state.changes), class_name="stack stack-s"),
                    rx.el.p(
                        "Пока вы ничего не исправили. Откройте проект и внесите правки: они появятся здесь.",
                        class_name="muted",
                    ),
                ),
                rx.el.div(rx.el.h3("Готовность"), checks_list(state.checks)),
                rx.el.div(
                    rx.cond(
                        state.changes.length() > 0,
                        rx.fragment(
                            ui.button("Подать снова", disabled=~state.ready, on_click=state.resubmit(row.id)),
                            ui.link_button("Править ещё", href=edit, kind="quiet", icon_name="pencil"),
                        ),
                        ui.link_button("Исправить проект", href=edit, icon_name="pencil"),
                    ),
                    class_name="row row-s",
                ),
            ),
        ),
        class_name="stack contest-line",
    )


PAGES = [
    Page(
        "/contests/[contest_id]/apply",
        filing_page,
        "Подать заявку — ЕЛКА",
        on_load=[FilingState.load, ViewerState.load],
    ),
    Page(
        "/applications/[application_id]",
        application_page,
        "Заявка — ЕЛКА",
        on_load=[ApplicationState.load, ViewerState.load],
    ),
]
