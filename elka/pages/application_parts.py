"""Parts that applicants and officials both read: the content of an application, conditions, differences."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages.contests import said
from elka.state.answer_rows import AnswerRow
from elka.state.application_content import ChangeRow, ContentRow, MemberRow, PhotoRow, PieceRow
from elka.state.application_words import CheckRow
from elka.state.applications import RevisionRow
from elka.ui.rows import FileRow


def checks_list(checks: rx.Var) -> rx.Component:
    """Draw conditions: met or not, and where to mend what is not."""
    return rx.el.ul(rx.foreach(checks, _check), class_name="checks")


def _check(check: CheckRow) -> rx.Component:
    return rx.el.li(
        rx.cond(check.ok, ui.icon("circle-check"), ui.icon("circle-alert")),
        rx.el.span(
            rx.cond(check.ok, ui.hidden("Выполнено: "), ui.hidden("Нужно исправить: ")),
            rx.el.span(check.text, class_name="check-text"),
            rx.cond(check.mend != "", rx.el.span(check.mend, class_name="check-mend")),
        ),
        rx.cond(check.href != "", ui.link_button(check.action, href=check.href, kind="quiet")),
        class_name=rx.cond(check.ok, "", "is-wrong"),
    )


def print_link(application_id: rx.Var) -> rx.Component:
    """Draw the way to the print version; the browser shows it in a tab of its own."""
    return ui.link_button(
        "Печатная версия",
        href="/applications/" + application_id.to_string() + ".pdf",
        native=True,
        target="_blank",
        kind="quiet",
        icon_name="printer",
        full=True,
    )


def changes_list(changes: rx.Var) -> rx.Component:
    """Draw what changed: words that went and words that came."""
    return rx.el.dl(rx.foreach(changes, _change), class_name="diff-list")


def _change(change: ChangeRow) -> rx.Component:
    return rx.el.div(rx.el.dt(change.name), rx.el.dd(rx.foreach(change.pieces, _piece), class_name="diff"))


def _piece(piece: PieceRow) -> rx.Component:
    return rx.match(
        piece.kind,
        ("added", rx.el.ins(piece.text)),
        ("removed", rx.el.del_(piece.text)),
        rx.el.span(piece.text),
    )


def content_view(content: ContentRow) -> rx.Component:
    """Draw an application as it was submitted."""
    return rx.fragment(
        ui.card(
            rx.el.div(
                rx.el.p(content.summary, class_name="lead"),
                rx.el.div(
                    ui.mark("map-pin", content.place),
                    ui.mark("tag", content.direction),
                    ui.mark("calendar", content.term),
                    class_name="row",
                    style={"marginTop": "0.75rem"},
                ),
                class_name="content-part",
            ),
            rx.el.div(rx.el.h3("Какую проблему решает"), said(content.problem), class_name="content-part"),
            rx.el.div(rx.el.h3("Что изменится"), said(content.outcome), class_name="content-part"),
        ),
        ui.budget_table(content.budget, content.total, sources=content.sources),
        ui.card(
            rx.el.ul(rx.foreach(content.group, _member), class_name="people-grid"),
            title="Инициативная группа",
            end=rx.el.span(content.group.length(), class_name="faint"),
        ),
        rx.cond(
            content.photos.length() > 0,
            ui.card(rx.el.ul(rx.foreach(content.photos, _photo), class_name="photo-row"), title="Фотографии"),
        ),
    )


def answers_view(answers: rx.Var, title: str = "Ответы заявки") -> rx.Component:
    """Draw the answers that the template asks beside the project."""
    return rx.cond(
        answers.length() > 0,
        ui.card(rx.el.dl(rx.foreach(answers, _answer), class_name="answer-list"), title=title),
    )


def _answer(answer: AnswerRow) -> rx.Component:
    return rx.el.div(
        rx.el.dt(answer.label),
        rx.el.dd(
            rx.cond(
                answer.href != "",
                ui.link(answer.text, href=answer.href, native=True, rel="noopener nofollow ugc"),
                rx.el.span(answer.text, class_name="pre-line"),
            ),
            rx.cond(answer.files.length() > 0, rx.el.ul(rx.foreach(answer.files, _answer_file), class_name="files")),
        ),
    )


def _answer_file(one: FileRow) -> rx.Component:
    return rx.el.li(
        ui.icon("file-text"),
        rx.el.span(
            ui.link(one.name, href=one.href, native=True, target="_blank", class_name="file-name"),
            rx.el.span(one.note, class_name="file-note"),
        ),
        class_name="file",
    )


def _member(member: MemberRow) -> rx.Component:
    return rx.el.li(ui.person_chip(member.name, initials=member.initials, note=member.duty, tone=member.tone))


def _photo(photo: PhotoRow) -> rx.Component:
    return rx.el.li(
        rx.el.img(src=photo.src, alt=rx.cond(photo.alt != "", photo.alt, "Фотография проекта"), loading="lazy")
    )


def revisions_list(revisions: rx.Var) -> rx.Component:
    """Draw the submissions of an application, newest first."""
    return rx.el.ol(rx.foreach(revisions, _revision), class_name="history")


def _revision(revision: RevisionRow) -> rx.Component:
    return rx.el.li(
        rx.el.p(rx.cond(revision.number > 1, "Подана исправленной, редакция " + revision.number.to_string(), "Подана")),
        rx.el.p(revision.when, class_name="muted small"),
    )
