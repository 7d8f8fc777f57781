"""The proof of a count on the page of results: how to check it, the files, the turnout."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.state.result_proof import TurnoutRow
from elka.state.results import ResultsState
from elka.verify_app import NAME


def files_card() -> rx.Component:
    """Offer everything to take away: the tables for people, the ballots for whoever counts again."""
    proof = ResultsState.proof
    return ui.card(
        rx.el.p("Все места, голоса, баллы, суммы и причины.", class_name="muted"),
        _file("Таблица для Excel", proof.xlsx, "file-spreadsheet"),
        _file("Таблица, CSV", ResultsState.row.csv, "file-down"),
        rx.cond(
            proof.ballots != "",
            rx.fragment(
                _file("Все бюллетени, .pb", proof.ballots, "vote"),
                rx.el.p(
                    "Бюллетени без имён и времени, перемешанные. ",
                    proof.size,
                    class_name="muted small",
                ),
            ),
            rx.cond(
                proof.root != "",
                rx.el.p("Файл бюллетеней ещё готовится, он появится здесь через минуту.", class_name="muted small"),
            ),
        ),
        title="Скачать",
        class_name="stack stack-s",
    )


def check_section() -> rx.Component:
    """Tell how a stranger counts again and knows that nothing was changed."""
    proof = ResultsState.proof
    return rx.cond(
        proof.ballots != "",
        ui.section(
            ui.card(
                rx.el.ol(
                    rx.el.li(
                        "Скачайте в одну папку ",
                        ui.link("все бюллетени", href=proof.ballots, native=True),
                        " и ",
                        ui.link("программу проверки", href="/" + NAME, native=True),
                        ": внутри её открытый исходный код, его можно прочитать.",
                    ),
                    rx.el.li(
                        "Установите ",
                        ui.link("Python", href="https://www.python.org/downloads/", native=True),
                        " и библиотеку для вычислений:",
                        rx.el.code("python -m pip install numpy", class_name="shell-line"),
                    ),
                    rx.el.li(
                        "Откройте папку в терминале и выполните команду, сайт для этого не нужен:",
                        rx.el.code(proof.command, class_name="shell-line"),
                    ),
                    rx.el.li(
                        "Программа пересчитает голоса, назовёт победителей и сверит корень: если после закрытия "
                        "голосования изменили, убрали или добавили хоть один бюллетень, он будет другим. SHA-256 — то же "
                        "для всего файла: названий, баллов комиссии, бумажных и аннулированных бюллетеней."
                    ),
                    class_name="proof-steps",
                ),
                _hashes(("Корень, записан " + proof.sealed, proof.root), ("SHA-256 файла", proof.sha256)),
                rx.el.p(
                    "Файл читают и другие программы подсчёта: это формат Pabulib. Свою квитанцию можно найти в нём, "
                    "если добавить к команде ",
                    rx.el.code("--receipt", class_name="nowrap"),
                    " и её номер. Она показывает, что бюллетень с этим номером среди учтённых, но не за кого он. Пока "
                    "голосование идёт, свой выбор видите вы на странице бюллетеня; нам вы верите, что запечатан он же.",
                    class_name="muted small",
                ),
                class_name="stack",
            ),
            title="Проверить самому",
            id="proof",
        ),
    )


def sealed_note() -> rx.Component:
    """Show the root before publication: from now on no ballot can be changed unseen."""
    proof = ResultsState.proof
    return rx.cond(
        proof.root != "",
        ui.card(
            rx.el.p(
                "Бюллетени запечатаны ",
                rx.el.strong(proof.sealed),
                ". Сохраните корень: по нему после публикации можно убедиться, что ни один бюллетень не изменили.",
                class_name="muted",
            ),
            _hashes(("Корень", proof.root)),
            title="Бюллетени запечатаны",
            class_name="stack stack-s",
        ),
    )


def turnout_section() -> rx.Component:
    """Show who voted, by place and by age; nothing where that could reveal somebody."""
    proof = ResultsState.proof
    return rx.cond(
        (proof.places.length() > 0) | (proof.ages.length() > 0),
        ui.section(
            rx.el.div(
                _bars("Где живут", "Место", proof.places),
                _bars("Сколько лет", "Возраст", proof.ages),
                class_name="turnout",
            ),
            rx.cond(proof.merged != "", rx.el.p(proof.merged, class_name="muted small turnout-note")),
            title="Кто голосовал",
            id="turnout",
        ),
    )


def _bars(title: str, of: str, rows: Any) -> rx.Component:
    return rx.cond(
        rows.length() > 0, ui.card(ui.bar_table(rows, _cells, caption=title, of=of, figure="Человек"), title=title)
    )


def _cells(row: TurnoutRow) -> tuple[Any, Any, Any, Any]:
    return row.name, row.people, row.share, row.percent


def _file(label: str, href: rx.Var, icon: str) -> rx.Component:
    return ui.link_button(label, href=href, kind="quiet", icon_name=icon, native=True, full=True)


def _hashes(*pairs: tuple[Any, Any]) -> rx.Component:
    return rx.el.dl(
        *[rx.el.div(rx.el.dt(name), rx.el.dd(rx.el.code(value))) for name, value in pairs], class_name="hashes"
    )
