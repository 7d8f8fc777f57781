"""Counting and publishing the results of a contest, in the hands of its officials."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.application_parts import checks_list
from elka.pages.contest_frame import contest_header, contest_page
from elka.state.result_desk import ResultsDeskState
from elka.state.viewer import ViewerState


def desk_page() -> rx.Component:
    """Draw how far the results are, and the two deeds: counting and publishing."""
    state = ResultsDeskState
    return contest_page(state, _desk())


def _desk() -> rx.Component:
    row = ResultsDeskState.row
    desk = "/office/contests/" + row.id.to_string()
    public = "/contests/" + row.id.to_string() + "/results"
    return rx.fragment(
        contest_header(row, "Итоги"),
        rx.cond(
            row.is_published,
            rx.fragment(
                ui.notice(
                    "Все заявители получили письма с причинами. ",
                    row.corrected,
                    title=rx.Var.create(f"Итоги опубликованы {row.published}"),
                    tone="ok",
                    actions=(
                        ui.link_button("Открыть итоги", href=public, end_icon="arrow-right"),
                        ui.link_button(
                            "Исправить итоги", href=desk + "/correction", kind="quiet", icon_name="file-pen-line"
                        ),
                        ui.link_button(
                            "Протокол итогов, PDF",
                            href=desk + "/protocol.pdf",
                            kind="quiet",
                            icon_name="printer",
                            native=True,
                        ),
                    ),
                ),
                _files(),
            ),
            rx.cond(
                row.waiting != "",
                rx.cond(
                    row.scores != "",
                    ui.notice(
                        row.waiting,
                        icon_name="clock",
                        actions=(
                            ui.link_button("Оценки комиссии", href=row.scores, kind="tint", icon_name="clipboard-pen"),
                        ),
                    ),
                    ui.notice(row.waiting, icon_name="clock"),
                ),
                _deciding(),
            ),
        ),
    )


def _files() -> rx.Component:
    """Offer what everybody can take away, too; formulas in cells are only text there."""
    row = ResultsDeskState.row
    contest = "/contests/" + row.id.to_string()
    return ui.card(
        rx.el.p("Все места, голоса, баллы, суммы и причины действующей версии.", class_name="muted"),
        rx.el.div(
            _file("Таблица для Excel", contest + "/results.xlsx", "file-spreadsheet"),
            _file("Таблица, CSV", contest + "/results.csv", "file-down"),
            rx.cond(row.ballots != "", _file("Все бюллетени, .pb", row.ballots, "vote")),
            class_name="row row-s",
        ),
        rx.cond(
            row.has_ballots & (row.ballots == ""),
            rx.el.p("Файл бюллетеней ещё готовится, он появится здесь через минуту.", class_name="muted small"),
        ),
        rx.el.p(ui.text_link("Прежние версии и их файлы", href=contest + "/results#versions"), class_name="small"),
        title="Файлы итогов",
        class_name="stack stack-s",
    )


def _file(text: str, href: rx.Var, icon: str) -> rx.Component:
    return ui.link_button(text, href=href, kind="quiet", icon_name=icon, native=True)


def _deciding() -> rx.Component:
    state = ResultsDeskState
    row = state.row
    return rx.el.div(
        rx.el.aside(
            ui.card(
                rx.el.h2("Публикация", class_name="h3"),
                rx.el.p(
                    "Итоги увидят все сразу, и вы тоже: до публикации победителей не знает никто.",
                    class_name="muted",
                ),
                rx.cond(
                    row.is_counted,
                    ui.button(
                        "Опубликовать итоги", icon_name="megaphone", full=True, large=True, **ui.opens("publish")
                    ),
                    ui.button(
                        "Подсчитать итоги",
                        icon_name="calculator",
                        full=True,
                        large=True,
                        on_click=state.count,
                        disabled=~row.may_count,
                    ),
                ),
                rx.cond(
                    row.is_counted,
                    ui.button("Сверить ещё раз", kind="quiet", icon_name="refresh-cw", full=True, on_click=state.count),
                ),
                class_name="stack",
            ),
            aria_label="Действия",
            class_name="stack",
        ),
        rx.el.div(
            ui.card(checks_list(state.checks), title="Готовность"),
            ui.notice(
                "Перед публикацией система пересчитает бюллетени и баллы ещё раз. Если итог разойдётся хоть на голос "
                "или на сотую балла, ничего не опубликуется.",
                tone="calm",
                class_name="extra",
            ),
        ),
        ui.confirm_dialog(
            dialog_id="publish",
            title="Опубликовать итоги?",
            text=rx.fragment(
                "Это нельзя отменить, только исправить новой подписанной версией. ",
                rx.cond(row.moves, "Победители попадут в реестр, остальные проекты освободятся, ", ""),
                row.letters,
                " письмо с причиной.",
            ),
            confirm="Опубликовать",
            on_confirm=state.publish,
            danger=False,
        ),
        class_name="deed",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]/results",
        desk_page,
        "Итоги в работе — ЕЛКА",
        on_load=[ResultsDeskState.load, ViewerState.load],
    ),
]
