"""The form that begins a project."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.project_new import SUMMARY_MAX, TITLE_MAX, ProjectNewState
from elka.state.viewer import ViewerState


def project_new_page() -> rx.Component:
    """Draw the form; it can be filled in before signing in."""
    state = ProjectNewState
    return ui.page(
        rx.match(
            state.status,
            ("error", ui.error_state(text=state.fault, on_retry=state.load)),
            ui.card(_form()),
        ),
        title="Новая идея",
        lead="Начните с главного. Остальное — описание, смету, людей — добавите потом, всё сохранится.",
        crumbs=[("Проекты", "/projects"), ("Новая идея", "")],
        active="create",
        width="form",
    )


def _form() -> rx.Component:
    state = ProjectNewState
    return rx.el.form(
        ui.text_field(
            "title",
            "Как назовём",
            hint="Коротко и по делу: «Свет на лыжной трассе», «Площадка у школы № 2».",
            count_to=TITLE_MAX,
            error=state.errors["title"],
        ),
        ui.text_area(
            "summary",
            "Что предлагаете",
            hint="Одно-два предложения: что сделать и кому станет лучше.",
            count_to=SUMMARY_MAX,
            rows=3,
            required=False,
            error=state.errors["summary"],
        ),
        ui.select_field(
            "direction", "Направление", state.directions, blank="Выберите направление", error=state.errors["direction"]
        ),
        ui.select_field(
            "settlement",
            "Населённый пункт",
            state.settlements,
            blank="Выберите населённый пункт",
            default_value=state.home,
            key="home-" + state.home,
            error=state.errors["settlement"],
        ),
        rx.cond(
            (state.status == "ready") & ~state.signed_in,
            ui.notice("Чтобы сохранить идею, понадобится войти. Написанное не пропадёт.", tone="calm"),
        ),
        rx.el.div(
            ui.submit("Продолжить", large=True, busy=state.busy, end_icon="arrow-right"), class_name="form-actions"
        ),
        id="new-project",
        on_submit=state.create,
        custom_attrs={"data-draft": ""},
        class_name="stack form-stack",
        no_validate=True,
    )


PAGES = [
    Page(
        "/projects/new",
        project_new_page,
        "Новая идея — ЕЛКА",
        on_load=[ProjectNewState.load, ViewerState.load],
        description="Предложите идею для своего посёлка или города.",
    )
]
