"""The editor of a project: steps on the left, fields that save themselves, what others will see on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.project_edit_parts import budget_step, people_step, photos_step
from elka.pages.project_page import fit_line
from elka.state.budgets import BudgetState
from elka.state.groups import GroupsState
from elka.state.photos import PhotosState
from elka.state.project_edit import LIMITS, STEPS, Lack, ProjectEditState
from elka.state.viewer import ViewerState


def project_edit_page() -> rx.Component:
    """Draw the editor."""
    state = ProjectEditState
    return ui.page(
        ui.screen(
            state,
            _editor(),
            waiting=rx.el.div(ui.skeleton("rows", 6), ui.skeleton("text", 8), class_name="editor above-page bones"),
            on_retry=state.load,
            missing="Проекта нет",
            missing_text="Возможно, адрес набран с ошибкой или вы не состоите в этой группе.",
            back=("Мой кабинет", "/me"),
        ),
        active="cabinet",
    )


def _editor() -> rx.Component:
    state = ProjectEditState
    row = state.row
    return rx.fragment(
        ui.page_header(
            row.title,
            crumbs=[("Мой кабинет", "/me"), (row.title, "")],
            kicker=rx.el.span(ui.badge(row.stage_label, row.tone), ui.saved_mark(row.saved), class_name="row row-s"),
            actions=[
                ui.link_button("Посмотреть", href="/projects/" + row.id.to_string(), kind="quiet", icon_name="eye")
            ],
        ),
        rx.cond(row.closed != "", ui.notice(row.closed, title="Сейчас править нельзя", icon_name="lock", tone="warn")),
        rx.el.div(
            rx.el.div(ui.stepper(state.steps, label="Шаги проекта", on_step=state.go), class_name="editor-steps"),
            rx.el.div(
                _clash(),
                rx.match(
                    state.step,
                    ("description", _step("description", _description())),
                    ("place", _step("place", _place())),
                    ("budget", _step("budget", budget_step(_is_closed()))),
                    ("people", _step("people", people_step())),
                    ("photos", _step("photos", photos_step(_is_closed()))),
                    ("check", _check()),
                    _step("idea", _idea()),
                ),
                class_name="stack editor-fields",
            ),
            rx.el.aside(
                rx.el.p("Так проект стоит в списке", class_name="muted small"),
                ui.project_card(
                    title=row.title,
                    href="/projects/" + row.id.to_string(),
                    cover_src=row.cover,
                    place=row.place,
                    direction=row.direction_name,
                    status=row.stage_label,
                    tone=row.tone,
                    foot=row.summary,
                ),
                class_name="stack stack-s editor-view",
                aria_label="Как увидят другие",
            ),
            class_name=rx.cond(state.step == "budget", "editor editor-wide", "editor"),
        ),
    )


def _is_closed() -> rx.Var:
    return ProjectEditState.row.closed != ""


def _step(key: str, *fields: rx.Component) -> rx.Component:
    """Draw one step with ways to the one before and the one after."""
    names = list(STEPS)
    place = names.index(key)
    base = "/me/projects/" + ProjectEditState.row.id.to_string() + "?step="
    back = (
        ui.link_button("Назад", href=base + names[place - 1], kind="quiet", icon_name="chevron-left")
        if place
        else rx.el.span()
    )
    return rx.fragment(
        rx.el.h2(STEPS[key], class_name="h3"),
        *fields,
        rx.el.div(
            back,
            ui.link_button(
                "Дальше: " + STEPS[names[place + 1]].lower(), href=base + names[place + 1], end_icon="chevron-right"
            ),
            class_name="row row-between editor-ways",
        ),
    )


def _own(part: Callable[..., rx.Component], field: str, label: str, **props: Any) -> rx.Component:
    """Draw a text field that saves itself while one types, and at once when it is left."""
    state = ProjectEditState
    row = state.row
    key = "project-" + row.id.to_string() + "-" + field
    return rx.el.div(
        part(
            field,
            label,
            default_value=getattr(row, field),
            key=key + "-" + state.taken.to_string(),
            on_change=lambda value: state.save(field, value).debounce(900),
            on_blur=lambda value: state.save(field, value),
            count_to=LIMITS[field],
            error=state.errors[field],
            read_only=_is_closed(),
            **props,
        ),
        custom_attrs={"data-keep": key, "data-was": getattr(row, field)},
    )


def _at_once(field: str) -> dict[str, object]:
    """Bind a choice or a date: it saves itself when it changes."""
    state = ProjectEditState
    row = state.row
    return {
        "default_value": getattr(row, field),
        "key": field + "-" + row.id.to_string() + "-" + state.taken.to_string(),
        "on_change": lambda value: state.save(field, value),
        "error": state.errors[field],
        "disabled": _is_closed(),
    }


def _idea() -> rx.Component:
    return ui.card(
        _own(ui.text_field, "title", "Название"),
        _own(
            ui.text_area,
            "summary",
            "Что предлагаете",
            hint="Одно-два предложения: они стоят на карточке проекта и в сообщениях, когда делятся ссылкой.",
            rows=3,
        ),
        ui.select_field("direction", "Направление", ProjectEditState.directions, blank="", **_at_once("direction")),
        class_name="stack form-stack",
    )


def _description() -> rx.Component:
    return ui.card(
        _own(
            ui.text_area,
            "problem",
            "Какую проблему решает",
            hint="Что сейчас не так, кого это касается, сколько людей. Каждый абзац с новой строки, список — с тире.",
            rows=7,
        ),
        _own(
            ui.text_area,
            "outcome",
            "Что изменится",
            hint="Что появится и как этим будут пользоваться. Чем точнее, тем легче за это голосовать.",
            rows=7,
        ),
        class_name="stack form-stack",
    )


def _place() -> rx.Component:
    state = ProjectEditState
    return rx.fragment(
        ui.card(
            ui.select_field(
                "settlement",
                "Населённый пункт",
                state.settlements,
                blank="",
                hint="По нему проект встанет на карту.",
                **_at_once("settlement"),
            ),
            rx.cond(
                state.point.length() > 0,
                rx.el.div(ui.ugra_map(state.point, label="Где это на карте Югры"), class_name="editor-map"),
            ),
            _own(
                ui.text_field,
                "address",
                "Место",
                hint="Улица и дом, двор, школа, берег: как объяснили бы соседу.",
            ),
            class_name="stack form-stack",
        ),
        ui.card(
            rx.el.div(
                ui.date_field("starts_on", "Начнёте", **_at_once("starts_on")),
                ui.date_field("ends_on", "Закончите", **_at_once("ends_on")),
                class_name="grid grid-form",
            ),
            title="Сроки",
        ),
    )


def _clash() -> rx.Component:
    state = ProjectEditState
    return rx.cond(
        state.clash != "",
        ui.notice(
            rx.el.p("Сейчас там написано:"),
            rx.el.blockquote(state.theirs, class_name="theirs"),
            title="Пока вы писали, это поле изменил кто-то из группы",
            tone="warn",
            actions=(
                ui.button("Оставить моё", kind="quiet", on_click=state.keep_mine),
                ui.button("Взять их вариант", kind="quiet", on_click=state.take_theirs),
            ),
        ),
    )


def _check() -> rx.Component:
    state = ProjectEditState
    row = state.row
    return rx.fragment(
        rx.el.h2("Проверка", class_name="h3"),
        rx.match(
            row.stage,
            ("idea", _check_idea()),
            ("project", _check_project()),
            ("archived", _check_archived()),
            ui.card(
                rx.el.p(row.closed),
                ui.link_button("Открыть страницу проекта", href="/projects/" + row.id.to_string(), kind="quiet"),
                class_name="stack",
            ),
        ),
    )


def _check_idea() -> rx.Component:
    state = ProjectEditState
    row = state.row
    return rx.fragment(
        rx.cond(
            row.is_draft,
            _stage_card(
                "Опубликовать идею",
                "Её увидят все. Дорабатывать можно и после публикации.",
                state.idea_lacks,
                ui.button("Опубликовать идею", on_click=state.publish, disabled=state.idea_lacks.length() > 0),
            ),
        ),
        _stage_card(
            "Сделать проектом",
            "Проект можно подать в конкурс. До подачи его по-прежнему можно править.",
            state.project_lacks,
            ui.button(
                "Сделать проектом",
                kind="tint",
                on_click=state.become_project,
                disabled=state.project_lacks.length() > 0,
            ),
        ),
        _archive_card(),
    )


def _check_project() -> rx.Component:
    state = ProjectEditState
    return rx.fragment(
        rx.cond(
            state.fits.length() > 0,
            ui.card(rx.el.ul(rx.foreach(state.fits, fit_line), class_name="fits"), title="Подайте проект в конкурс"),
            ui.card(
                rx.el.p(
                    "Всё готово. Подходящего конкурса сейчас нет: когда его объявят, он появится в вашем кабинете.",
                    class_name="muted",
                ),
                ui.link_button("Все конкурсы", href="/contests", kind="quiet"),
                class_name="stack",
            ),
        ),
        rx.cond(
            state.project_lacks.length() > 0,
            ui.card(_lacks(state.project_lacks), title="Стоит дописать до подачи"),
        ),
        _archive_card(),
    )


def _check_archived() -> rx.Component:
    state = ProjectEditState
    return ui.card(
        rx.el.p("Проект в архиве: в списках его нет, страница открывается по ссылке.", class_name="muted"),
        ui.button("Вернуть из архива", icon_name="archive-restore", on_click=state.unarchive),
        class_name="stack",
    )


def _stage_card(title: str, text: str, lacks: rx.Var, act: rx.Component) -> rx.Component:
    state = ProjectEditState
    return ui.card(
        rx.el.p(text, class_name="muted"),
        rx.cond(
            lacks.length() > 0, _lacks(lacks), rx.el.p(ui.icon("circle-check"), "Всё заполнено", class_name="mark")
        ),
        rx.cond(state.row.is_author, act, rx.el.p("Это решает автор проекта.", class_name="muted small")),
        title=title,
        class_name="stack",
    )


def _lacks(lacks: rx.Var) -> rx.Component:
    return rx.el.ul(rx.foreach(lacks, _lack), class_name="lacks")


def _lack(lack: Lack) -> rx.Component:
    href = "/me/projects/" + ProjectEditState.row.id.to_string() + "?step=" + lack.step
    return rx.el.li(ui.icon("circle-dashed"), ui.link(lack.text, href=href))


def _archive_card() -> rx.Component:
    state = ProjectEditState
    return rx.cond(
        state.row.is_author,
        rx.el.div(
            ui.button("Убрать в архив", kind="plain", icon_name="archive", on_click=state.archive), class_name="row"
        ),
    )


PAGES = [
    Page(
        "/me/projects/[project_id]",
        project_edit_page,
        "Редактор проекта — ЕЛКА",
        on_load=[ProjectEditState.load, BudgetState.load, GroupsState.load, PhotosState.load, ViewerState.load],
    )
]
