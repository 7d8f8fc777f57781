"""The form of an application: its sections, how far it is filled in, whether all is safe, and the way to submit it."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.fill_fields import fill_field
from elka.pages.fill_parts import clash_notice, files_part, people_part, photos_part, trouble_line
from elka.state.application_fill import FillState
from elka.state.attachments import AttachmentsState
from elka.state.field_rows import FieldRow
from elka.state.fill_rows import SectionRow
from elka.state.groups import GroupsState
from elka.state.photos import PhotosState
from elka.state.viewer import ViewerState
from elka.ui.base import glue
from elka.ui.rows import Step

LOOK_EVERY = 15  # seconds


def fill_page() -> rx.Component:
    """Draw the form of an application."""
    state = FillState
    return ui.page(
        ui.screen(
            state,
            _form(),
            waiting=rx.el.div(ui.skeleton("rows", 4), ui.skeleton("text", 10), class_name="fill-grid above-page bones"),
            on_retry=state.load,
            missing="Заявки нет",
            missing_text="Заявку заполняют автор проекта, его инициативная группа и муниципалитет, который её подаёт.",
            back=("Мой кабинет", "/me"),
        ),
        active="cabinet",
    )


def _form() -> rx.Component:
    state = FillState
    row = state.row
    contest = "/contests/" + row.contest_id.to_string()
    return rx.fragment(
        ui.pulse(state.look, LOOK_EVERY),
        ui.page_header(
            row.title,
            crumbs=[("Мой кабинет", "/me"), (row.contest, contest), ("Заявка", "")],
            kicker=rx.el.span(
                ui.badge(row.status, row.tone),
                rx.cond(row.number != "", rx.el.span("Заявка ", row.number)),
                rx.cond(row.applicant != "", rx.el.span(row.applicant)),
                class_name="row row-s",
            ),
            actions=[
                ui.link_button(
                    "Печать",
                    href="/applications/" + row.id.to_string() + ".pdf",
                    kind="quiet",
                    icon_name="printer",
                    native=True,
                    target="_blank",
                ),
            ],
        ),
        rx.cond(row.closed != "", ui.notice(row.closed, title="Сейчас менять нельзя", icon_name="lock", tone="warn")),
        rx.cond(
            row.remark != "",
            ui.notice(rx.el.p(row.remark, class_name="pre-line"), title="Замечания организатора", tone="warn"),
        ),
        rx.cond(
            (row.opens != "") & (row.closed == ""),
            ui.notice(
                "Приём откроется "
                + row.opens
                + ". Заполняйте черновик уже сейчас: подать его можно будет с этой минуты.",
                tone="calm",
            ),
        ),
        rx.el.div(
            rx.el.aside(_bar(), _nav(), _deed(), aria_label="Ход заполнения", class_name="fill-side"),
            rx.el.div(
                _clashes(),
                ui.opening(
                    rx.foreach(state.sections, _section),
                    mount=state.mount,
                    on_open=state.arrive,
                    waiting=ui.skeleton("text", 12),
                ),
                _finish(),
                class_name="fill-main",
            ),
            class_name="fill-grid",
        ),
        _confirm(),
    )


def _bar() -> rx.Component:
    """Say how far the form is and whether all is safe; on a phone it stays in sight."""
    state = FillState
    row = state.row
    return rx.el.div(
        rx.el.div(
            rx.el.p(
                "Заполнено ",
                rx.el.strong(state.done.to_string() + " из " + state.total.to_string(), class_name="nowrap"),
            ),
            rx.cond(
                row.closes_iso != "",
                ui.countdown(row.closes_iso, row.closes, now=row.now_iso, on_end=state.load),
            ),
            class_name="fill-figures",
        ),
        ui.progress(
            state.done,
            "Заполнено " + state.done.to_string() + " из " + state.total.to_string(),
            most=rx.cond(state.total > 0, state.total, 1),
        ),
        rx.cond(row.closed == "", ui.kept_mark(row.keep, state.saved, on_back=state.bring_back)),
        class_name="fill-bar",
    )


def _nav() -> rx.Component:
    return rx.cond(
        FillState.nav.length() > 1,
        rx.el.nav(
            rx.el.ol(rx.foreach(FillState.nav, _step), class_name="steps"), aria_label="Разделы", class_name="fill-nav"
        ),
    )


def _step(step: Step) -> rx.Component:
    return rx.el.li(
        ui.link(
            rx.el.span(ui.icon("check"), class_name="step-dot", aria_hidden="true"),
            rx.el.span(step.name, rx.cond(step.when == "done", ui.hidden(" — заполнено"))),
            rx.cond(step.note != "", rx.el.span(step.note, class_name="step-note")),
            href=step.href,
            native=True,
            class_name="step-in",
        ),
        class_name=glue("step is-", step.when),
    )


def _deed() -> rx.Component:
    """Hold what ends the work: submitting, or who does it; deleting a draft."""
    state = FillState
    row = state.row
    return rx.cond(
        row.closed == "",
        rx.el.div(
            rx.cond(
                row.may_submit,
                rx.fragment(
                    _submit_button(full=True),
                    rx.cond(
                        row.again,
                        rx.el.p(
                            "Заявка уже подана. Что вы поменяете, организатор увидит, когда вы подадите её снова.",
                            class_name="muted small",
                        ),
                    ),
                ),
                rx.el.p(
                    ui.icon("users-round"),
                    "Подаёт тот, кто начал заявку. Всё, что вы впишете, он увидит сразу.",
                    class_name="mark small",
                ),
            ),
            class_name="stack stack-s",
        ),
    )


def _submit_button(**props: Any) -> rx.Component:
    state = FillState
    return ui.button(
        rx.cond(state.row.again, "Проверить и подать снова", "Проверить и подать"),
        on_click=state.check,
        busy=state.busy,
        large=True,
        **props,
    )


def _section(section: SectionRow) -> rx.Component:
    state = FillState
    return rx.el.section(
        rx.el.div(
            rx.el.h2(section.label, class_name="h3"),
            rx.cond(section.hint != "", rx.el.p(section.hint, class_name="muted pre-line")),
            class_name="fill-head",
        ),
        rx.foreach(
            section.fields,
            lambda row: fill_field(
                _live(row),
                state.save,
                on_leave=state.leave,
                keep=state.row.keep,
                files=files_part,
                people=people_part,
                photos=photos_part,
            ),
        ),
        id=glue("s-", section.key),
        class_name="card fill-section",
    )


def _live(row: FieldRow) -> FieldRow:
    """Return a field with what changes as one types: its trouble, and whether it is asked at all."""
    state = FillState
    told = f"({{...{row!s}, error: {state.errors!s}?.[{row.key!s}] ?? '', shown: !{state.hidden!s}.includes({row.key!s})}})"
    data = rx.Var.create(row)._get_all_var_data()
    for part in (state.errors, state.hidden):
        data = data.merge(part._get_all_var_data()) if data else part._get_all_var_data()
    return rx.Var(told, _var_type=FieldRow, _var_data=data).guess_type()


def _clashes() -> rx.Component:
    return rx.foreach(FillState.clashes, clash_notice)


def _finish() -> rx.Component:
    """Tell what is still to be mended, and hold the button once more at the end of the form."""
    state = FillState
    row = state.row
    return rx.cond(
        row.closed == "",
        rx.el.section(
            rx.cond(
                state.troubles.length() > 0,
                rx.el.div(
                    rx.el.h2("Осталось исправить", class_name="h3"),
                    rx.el.ul(rx.foreach(state.troubles, trouble_line), class_name="lacks"),
                    id="troubles",
                ),
            ),
            rx.cond(
                row.may_submit,
                rx.el.div(
                    _submit_button(),
                    rx.cond(
                        row.is_draft,
                        ui.confirm_button(
                            "Удалить черновик",
                            dialog_id="delete-draft",
                            title="Удалить черновик?",
                            text="Ответы и файлы этой заявки пропадут насовсем. Проект останется вашим.",
                            confirm="Удалить",
                            on_confirm=state.delete,
                            kind="plain",
                            icon_name="trash-2",
                        ),
                    ),
                    class_name="row row-between fill-end",
                ),
            ),
            class_name="card stack",
            aria_label="Подача заявки",
        ),
    )


def _confirm() -> rx.Component:
    state = FillState
    row = state.row
    return ui.confirm_dialog(
        dialog_id="submit-application",
        title=rx.cond(row.again, "Подать заявку снова?", "Подать заявку?"),
        text=rx.fragment(
            rx.cond(
                row.publishes,
                rx.el.p("Проект откроется всем: его описание, смету, сроки и фотографии увидит каждый."),
            ),
            rx.el.p(
                "Из заявки все увидят ответы, у которых нет пометки «Увидит только организатор» или «организатор и "
                "комиссия». Файлы — тоже."
            ),
            rx.el.p(
                "Мы сохраним заявку такой, какая она сейчас. Пока идёт приём, её можно править и подавать снова, а отозвать — "
                "до открытия голосования."
            ),
        ),
        confirm="Подать",
        on_confirm=state.submit,
        danger=False,
    )


PAGES = [
    Page(
        "/applications/[application_id]/fill",
        fill_page,
        "Заполнение заявки — ЕЛКА",
        on_load=[
            FillState.load,
            AttachmentsState.load,
            GroupsState.load_of_application,
            PhotosState.load_of_application,
            ViewerState.load,
        ],
    )
]
