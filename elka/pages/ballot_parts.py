"""The projects of a ballot: as a list, on the map, put by, side by side."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.exclusive_parts import rivals_note
from elka.state.ballot_rows import BallotRow
from elka.state.ballots import BallotState
from elka.state.comparing import CompareRow

COMPARE = "ballot-compare"


def project_list() -> rx.Component:
    """Draw the projects with what narrows them."""
    state = BallotState
    return rx.fragment(
        rx.cond(
            state.pinned.length() > 0,
            rx.el.section(
                rx.el.div(
                    rx.el.h2("Проект, который вы открыли", class_name="h3"),
                    rx.cond(
                        state.head.may_choose,
                        ui.ballot_spotlight(state.pinned[0].id),
                    ),
                ),
                rx.foreach(state.pinned, lambda row: _choice(row, spotlight=True)),
                class_name="ballot-pinned",
            ),
        ),
        rx.el.section(
            rx.el.h2("Проекты", class_name="sr"),
            ui.ballot_views(state.view, on_look=state.look),
            ui.ballot_groups(state.part, on_choose=state.choose_part, locked=~state.head.may_choose),
            rx.cond(
                state.view == "later",
                ui.ballot_later(opens=COMPARE, on_compare=state.compare, locked=~state.head.may_choose),
                rx.fragment(_tools(), _found()),
            ),
            ui.ballot_compare(opens=COMPARE, on_compare=state.compare),
            class_name="ballot-list-section",
        ),
    )


def _tools() -> rx.Component:
    state = BallotState
    return rx.el.div(
        ui.search_field(
            "ballot-q",
            "Найти проект на бюллетене",
            placeholder=state.head.among,
            in_form=False,
            default_value=state.query,
            on_change=lambda words: state.search(words).debounce(300),
        ),
        rx.cond(
            state.directions.length() > 1,
            ui.select_field(
                "direction",
                "Направление",
                state.directions,
                blank="Направление",
                required=True,
                value=state.direction,
                on_change=state.choose_direction,
            ),
        ),
        rx.cond(
            state.places.length() > 1,
            ui.select_field(
                "place",
                "Место",
                state.places,
                blank="Место",
                required=True,
                value=state.place,
                on_change=state.choose_place,
            ),
        ),
        class_name="ballot-tools",
    )


def _found() -> rx.Component:
    state = BallotState
    return rx.fragment(
        rx.el.p(
            rx.cond(state.found != "", state.found, "Порядок случайный и у каждого свой: так честнее."),
            role="status",
            class_name="faint small",
        ),
        rx.cond(
            state.rows.length() + state.points.length() > 0,
            rx.cond(
                state.view == "map",
                ui.ballot_map(state.points, locked=~state.head.may_choose),
                rx.fragment(
                    rx.el.div(rx.foreach(state.rows, _listed), class_name="ballot-rows"),
                    rx.cond(state.more != "", ui.more_button(state.more, on_click=state.show_more)),
                ),
            ),
            ui.empty_state(
                "Ничего не нашлось", "Попробуйте другие слова или другое направление.", icon_name="search-x"
            ),
        ),
    )


def _listed(row: BallotRow) -> rx.Component:
    return rx.fragment(
        rx.cond(row.heading != "", rx.el.h2(row.heading, class_name="h3 ballot-heading")),
        _choice(row),
        key=row.id,
    )


def _choice(row: BallotRow, *, spotlight: bool = False) -> rx.Component:
    return ui.ballot_choice(
        ui.thumb(row.cover),
        rx.el.div(
            rx.el.p(row.direction, class_name="muted small"),
            rx.el.h3(ui.link(row.title, href=row.href)),
            rx.el.p(row.note, class_name="muted small"),
            rx.cond(row.rivals.length() > 0, rivals_note(row.rivals, _both())),
        ),
        choice=row.id,
        title=row.title,
        cover=row.cover,
        cost=row.cost,
        direction=row.direction,
        note=row.note,
        href=row.href,
        locked=~BallotState.head.may_choose,
        spotlight=spotlight,
        key=row.id,
    )


def _both() -> rx.Component:
    """Say that projects which exclude each other may be voted for together, where a ballot takes more than one."""
    return rx.cond(BallotState.head.limit == 1, rx.fragment(), "Голосовать можно сразу за несколько.")


def compare_chosen() -> rx.Component:
    """Draw the button that compares what is chosen."""
    return ui.ballot_compare_all("picks", "Сравнить выбранные", opens=COMPARE, on_compare=BallotState.compare)


def comparison() -> rx.Component:
    """Hold the dialog where a few projects stand side by side."""
    state = BallotState
    return ui.dialog(
        rx.cond(
            state.comparing,
            ui.skeleton("rows", 4),
            rx.cond(
                state.compared.length() > 0,
                rx.fragment(
                    ui.ballot_said(),
                    rx.el.div(rx.foreach(state.compared, _column), class_name="compare", tab_index=0),
                ),
                rx.el.p(
                    "Не получилось показать проекты рядом. Закройте окно и попробуйте ещё раз.", class_name="muted"
                ),
            ),
        ),
        dialog_id=COMPARE,
        title="Сравнение проектов",
    )


def _column(row: CompareRow) -> rx.Component:
    facts = [
        ("Просит", rx.el.strong(row.asked)),
        ("Вся стоимость", rx.fragment(row.whole, rx.cond(row.share != "", rx.fragment(", просят ", row.share)))),
        ("Где", rx.fragment(row.place, rx.cond(row.address != "", rx.fragment(", ", row.address)))),
        ("Направление", row.direction),
        ("Когда", rx.cond(row.when != "", row.when, "—")),
        ("Коротко", rx.cond(row.summary != "", row.summary, "—")),
        ("Что не так сейчас", rx.cond(row.problem != "", row.problem, "—")),
        ("Что изменится и для кого", rx.cond(row.outcome != "", row.outcome, "—")),
    ]
    return rx.el.article(
        rx.el.img(src=row.cover, alt="", loading="lazy", class_name="compare-cover"),
        rx.el.h3(ui.link(row.title, href=row.href)),
        rx.cond(row.rivals.length() > 0, rivals_note(row.rivals, _both())),
        *[
            rx.el.div(rx.el.p(name, class_name="muted small"), rx.el.p(told), class_name="compare-fact")
            for name, told in facts
        ],
        rx.cond(
            BallotState.head.may_choose,
            ui.ballot_toggle(choice=row.id, title=row.title, cover=row.thumb, cost=row.cost),
        ),
        class_name="compare-column",
        key=row.id,
    )
