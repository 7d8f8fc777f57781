"""Versions of a contest's results on their page: what was corrected, and the archive."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.state.result_versions import VersionFileRow, VersionRow
from elka.state.results import ResultsState


def versions_banner() -> rx.Component:
    """Say that the results were corrected, or that the version on the page is not in force; nothing of the only one."""
    told = ResultsState.versions
    return rx.cond(
        told.banner != "",
        rx.cond(
            told.former != "",
            ui.notice(
                told.banner,
                ". Основание: ",
                told.ground,
                ". Версия хранится в архиве, чтобы каждый видел, что было опубликовано.",
                title=told.former,
                tone="error",
                icon_name="archive",
                actions=(ui.link_button("Действующие итоги", href=told.current, kind="tint", end_icon="arrow-right"),),
            ),
            ui.notice(
                "Основание: ",
                told.ground,
                ". ",
                told.words,
                rx.cond(
                    told.changes.length() > 0,
                    rx.el.ul(rx.foreach(told.changes, rx.el.li), class_name="version-changes"),
                    rx.el.span(" Победители те же."),
                ),
                rx.el.p(ui.text_link(told.archive, href="#versions"), class_name="version-archive"),
                title=told.banner,
                tone="warn",
                icon_name="file-pen-line",
            ),
        ),
    )


def versions_section() -> rx.Component:
    """List every version with its ground and its files."""
    rows = ResultsState.versions.rows
    return rx.cond(
        rows.length() > 0,
        ui.section(
            rx.el.p(
                "Опубликованное не переписывают. Каждое исправление предлагает один сотрудник и подписывает другой; "
                "прежние версии остаются здесь со всеми файлами. В каждой назван хеш той, что была до неё.",
                class_name="muted small",
            ),
            rx.el.ol(rx.foreach(rows, _version), class_name="versions", role="list"),
            title="Версии итогов",
            id="versions",
        ),
    )


def _version(one: VersionRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.h3(one.title, " от ", one.published),
            rx.cond(one.in_force, ui.badge("Действует", "green"), ui.badge("Не действует", "grey")),
            class_name="version-head",
        ),
        rx.cond(
            one.ground != "",
            rx.el.p(rx.el.strong("Основание: "), one.ground, ". ", one.words),
            rx.el.p("Первая публикация.", class_name="muted"),
        ),
        rx.cond(one.changes.length() > 0, rx.el.ul(rx.foreach(one.changes, rx.el.li), class_name="version-changes")),
        rx.cond(
            one.files.length() > 0,
            rx.el.ul(rx.foreach(one.files, _file), class_name="version-files", role="list"),
            rx.el.p("Файлы этой версии ещё сохраняются, они появятся здесь через минуту.", class_name="muted small"),
        ),
        rx.el.p("SHA-256 версии ", rx.el.code(one.digest), class_name="muted small version-hash"),
        rx.cond(
            one.is_shown,
            rx.el.p("Эта версия сейчас на странице.", class_name="muted small"),
            # Another version is another page: its own film, files and search.
            ui.link_button("Открыть эту версию", href=one.href, kind="quiet", icon_name="file-clock", native=True),
        ),
        class_name="card stack stack-s",
        key=one.number,
    )


def _file(one: VersionFileRow) -> rx.Component:
    return rx.el.li(
        _link(one.label, one.href),
        rx.el.span(one.size, class_name="muted small nowrap"),
        rx.el.code(one.sha256, class_name="muted small"),
    )


def _link(label: Any, href: Any) -> rx.Component:
    return ui.link(ui.icon("download"), label, href=href, native=True, class_name="version-link")
