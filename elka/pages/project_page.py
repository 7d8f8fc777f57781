"""The page of one project."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.application_parts import answers_view
from elka.pages.exclusive_parts import group_notes
from elka.state.fitting import FitRow
from elka.state.project_page import ProjectState
from elka.state.project_view import FateRow, PictureRow, TeamRow, TextRow
from elka.state.viewer import ViewerState


def project_page() -> rx.Component:
    """Draw the page of one project."""
    state = ProjectState
    return ui.page(
        ui.screen(
            state,
            _project(),
            waiting=_bones(),
            on_retry=state.load,
            missing="Проекта нет",
            missing_text="Возможно, адрес набран с ошибкой или автор ещё не опубликовал проект.",
            back=("Все проекты", "/projects"),
        ),
        active="projects",
        bar=rx.cond(state.status == "ready", _bar(), rx.fragment()),
    )


def _project() -> rx.Component:
    view = ProjectState.view
    return rx.fragment(
        rx.el.div(
            ui.breadcrumbs(
                ("Проекты", "/projects"),
                (view.direction, "/projects?direction=" + view.direction_key),
                (view.title, ""),
            ),
        ),
        rx.cond(
            view.private,
            ui.notice(
                "Черновик: его видите только вы и инициативная группа.", icon_name="eye-off", class_name="above-page"
            ),
        ),
        rx.cond(
            view.archived,
            ui.notice("Проект в архиве: в списках его больше нет.", icon_name="archive", class_name="above-page"),
        ),
        rx.el.div(
            rx.el.div(_head(), _about(), _budget(), _answers(), _photos(), class_name="stack stack-l project-main"),
            rx.el.aside(_acts(), _team(), _fates(), _share(), class_name="stack", aria_label="Участие и команда"),
            class_name="split",
        ),
        _lightbox(),
    )


def _head() -> rx.Component:
    view = ProjectState.view
    return rx.el.div(
        ui.cover(
            view.cover,
            ui.badge(view.direction, "card"),
            rx.cond(view.photo_count != "", ui.badge(view.photo_count, "card", icon_name="image")),
            alt=view.cover_alt,
            large=True,
            eager=True,
        ),
        rx.el.h1(view.title, class_name="project-title"),
        rx.el.div(
            ui.mark("map-pin", view.place),
            rx.cond(
                view.contest != "",
                rx.el.span(ui.icon("trophy"), ui.link(view.contest, href=view.contest_href), class_name="mark"),
            ),
            rx.cond(view.dates != "", ui.mark("calendar", view.dates)),
            class_name="row",
        ),
        group_notes(view.groups, view.groups_more),
        rx.cond(
            view.archived,
            rx.fragment(),
            rx.el.div(ui.phase_timeline(view.phases, calm=view.calm), class_name="card way"),
        ),
        class_name="stack",
    )


def _about() -> rx.Component:
    view = ProjectState.view
    return rx.el.section(
        rx.el.h2("О проекте", class_name="h3"),
        rx.cond(view.summary != "", rx.el.p(view.summary, class_name="lead")),
        written(view.problem),
        rx.cond(view.outcome.length() > 0, rx.el.h3("Что изменится")),
        written(view.outcome),
        rx.cond(
            view.address != "",
            rx.el.p(ui.icon("map-pinned"), rx.el.span(view.address), class_name="mark"),
        ),
        class_name="prose",
    )


def written(texts: rx.Var) -> rx.Component:
    """Draw a plain text: paragraphs and lists."""
    return rx.foreach(texts, _text)


def _text(row: TextRow) -> rx.Component:
    return rx.cond(
        row.points.length() > 0,
        rx.el.ul(rx.foreach(row.points, _item)),
        rx.el.p(row.text),
    )


def _item(text: str) -> rx.Component:
    return rx.el.li(text)


def _budget() -> rx.Component:
    view = ProjectState.view
    return rx.cond(view.lines.length() > 0, ui.budget_table(view.lines, view.total, sources=view.sources))


def _answers() -> rx.Component:
    return answers_view(ProjectState.view.answers, "Из заявки")


def _photos() -> rx.Component:
    view = ProjectState.view
    return rx.cond(
        view.pictures.length() > 0,
        ui.card(
            rx.el.ul(rx.foreach(view.pictures, _photo), class_name="gallery"), title="Фотографии", end=view.photo_count
        ),
    )


def _photo(picture: PictureRow) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.img(src=picture.small, alt=picture.alt, loading="lazy", width="320", height="240"),
            ui.hidden("Открыть крупно, ", picture.place),
            type="button",
            class_name="gallery-open",
            custom_attrs={"data-opens": "lightbox", "data-slide": "photo-" + picture.id.to_string()},
            aria_haspopup="dialog",
        )
    )


def _lightbox() -> rx.Component:
    view = ProjectState.view
    return rx.cond(
        view.pictures.length() > 0,
        rx.el.dialog(
            rx.el.div(rx.foreach(view.pictures, _slide), class_name="slides", tab_index=0),
            ui.icon_button("x", "Закрыть", class_name="lightbox-close", **ui.closes()),
            rx.cond(
                view.pictures.length() > 1,
                rx.fragment(
                    ui.icon_button(
                        "chevron-left", "Предыдущая", class_name="lightbox-back", custom_attrs={"data-turn": "-1"}
                    ),
                    ui.icon_button(
                        "chevron-right", "Следующая", class_name="lightbox-next", custom_attrs={"data-turn": "1"}
                    ),
                ),
            ),
            id="lightbox",
            class_name="lightbox",
            aria_label="Фотографии проекта",
        ),
    )


def _slide(picture: PictureRow) -> rx.Component:
    return rx.el.figure(
        rx.el.img(
            src=picture.large,
            alt=picture.alt,
            loading="lazy",
            width=picture.width.to_string(),
            height=picture.height.to_string(),
        ),
        rx.el.figcaption(picture.alt, rx.el.span(picture.place, class_name="nowrap")),
        id="photo-" + picture.id.to_string(),
    )


def _acts() -> rx.Component:
    """Draw what one can do with the project now, the most urgent first."""
    view = ProjectState.view
    return rx.fragment(
        rx.cond(
            view.vote_href != "",
            ui.card(
                rx.el.div(
                    ui.badge("Идёт голосование", "amber", icon_name="vote"),
                    ui.term(view.vote_day),
                    class_name="row row-between",
                ),
                rx.el.h2("Поддержите проект в бюллетене", class_name="h3"),
                rx.el.p(
                    "В бюллетене он будет первым: нажмите плюс, потом «Проголосовать». Никто не узнает, за что ваш голос.",
                    class_name="muted small",
                ),
                rx.cond(view.votes != "", rx.el.p(view.votes, class_name="tile-figure")),
                ui.link_button("Открыть бюллетень", href=view.vote_href, end_icon="arrow-right", large=True, full=True),
                class_name="stack act",
            ),
        ),
        rx.cond(view.fits.length() > 0, _fits()),
        rx.cond(view.granted != "", _granted()),
        rx.cond(
            view.may_edit,
            ui.card(
                rx.el.div(ui.badge(view.stage, view.tone), class_name="row row-between"),
                ui.link_button(
                    "Открыть в редакторе",
                    href="/me/projects/" + view.id.to_string(),
                    kind="quiet",
                    icon_name="pencil",
                    full=True,
                ),
                class_name="stack",
            ),
        ),
    )


def _fits() -> rx.Component:
    view = ProjectState.view
    return ui.card(
        rx.el.h2("Подайте проект в конкурс", class_name="h3"),
        rx.el.ul(rx.foreach(view.fits, fit_line), class_name="fits"),
        class_name="stack act",
    )


def fit_line(fit: FitRow) -> rx.Component:
    """Draw a contest that takes the project now."""
    return rx.el.li(
        rx.el.div(rx.el.p(fit.contest, class_name="strong"), ui.term(fit.until)),
        ui.link_button("Подать", href=fit.href, kind="tint"),
    )


def _granted() -> rx.Component:
    view = ProjectState.view
    return ui.card(
        ui.badge(view.stage, view.tone, icon_name="trophy"),
        ui.figures((view.granted, "выделено на проект")),
        rx.cond(view.realised != "", rx.el.p("Готово ", view.realised, class_name="muted")),
        rx.cond(
            view.may_start, ui.button("Работы начались", icon_name="hammer", full=True, on_click=ProjectState.start)
        ),
        rx.cond(
            view.may_finish,
            rx.fragment(
                ui.button("Всё готово", icon_name="flag", full=True, **ui.opens("finish")),
                ui.dialog(
                    rx.el.form(
                        ui.date_field(
                            "realised_on",
                            "Когда закончили",
                            error=ProjectState.errors["realised_on"],
                        ),
                        rx.el.p(
                            "Проект встанет в реестр реализованных. Изменить это потом нельзя.",
                            class_name="muted small",
                        ),
                        ui.submit("Отметить готовым", full=True),
                        on_submit=ProjectState.finish,
                        class_name="stack",
                    ),
                    dialog_id="finish",
                    title="Проект готов?",
                ),
            ),
        ),
        class_name="stack act",
    )


def _team() -> rx.Component:
    view = ProjectState.view
    return ui.card(
        rx.el.div(rx.foreach(view.team, _member), class_name="stack"),
        rx.cond(
            view.team_rest > 0,
            rx.el.div(
                ui.person_chip(
                    "Ещё " + view.team_more,
                    initials="+" + view.team_rest.to_string(),
                    note="инициативная группа",
                    tone=7,
                ),
                class_name="team-more",
            ),
        ),
        title="Команда",
    )


def _member(row: TeamRow) -> rx.Component:
    return ui.person_chip(row.name, initials=row.initials, note=row.duty, tone=row.tone)


def _fates() -> rx.Component:
    view = ProjectState.view
    return rx.cond(
        view.fates.length() > 0,
        ui.card(rx.el.ul(rx.foreach(view.fates, _fate), class_name="fates"), title="В конкурсах"),
    )


def _fate(fate: FateRow) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            ui.badge(fate.status, fate.tone),
            rx.cond(fate.votes != "", rx.el.strong(fate.votes)),
            class_name="row row-between",
        ),
        rx.el.p(ui.text_link(fate.contest, href=fate.href)),
        rx.cond(fate.text != "", rx.el.p(fate.text, class_name="muted small")),
    )


def _share() -> rx.Component:
    view = ProjectState.view
    return rx.cond(
        view.private,
        rx.fragment(),
        ui.card(
            rx.el.p("Чем больше людей знают о проекте, тем вернее он состоится.", class_name="muted"),
            rx.el.div(
                ui.copy_button("Скопировать ссылку", view.link),
                ui.link_button("Telegram", href=view.telegram, kind="quiet", native=True, icon_name="send"),
                ui.link_button("ВКонтакте", href=view.vk, kind="quiet", native=True, icon_name="share-2"),
                class_name="row row-s share",
            ),
            title="Расскажите соседям",
            class_name="stack",
        ),
    )


def _bar() -> rx.Component:
    """Draw the one action of the page on a phone."""
    view = ProjectState.view
    return rx.cond(
        view.vote_href != "",
        rx.fragment(
            rx.el.span(rx.cond(view.votes != "", rx.el.strong(view.votes), ui.term(view.vote_day))),
            ui.link_button("Открыть бюллетень", href=view.vote_href),
        ),
        rx.cond(
            view.may_edit,
            rx.fragment(
                ui.badge(view.stage, view.tone),
                ui.link_button("Открыть в редакторе", href="/me/projects/" + view.id.to_string(), icon_name="pencil"),
            ),
        ),
    )


def _bones() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            ui.bone("12rem", "text", "1.25rem"),
            rx.el.span(class_name="cover cover-large"),
            ui.bone("70%", "title", "2.5rem"),
            ui.skeleton("text", 4),
            class_name="stack",
        ),
        rx.el.div(ui.skeleton("rows", 3), class_name="stack"),
        class_name="split above-page bones",
    )


def _title() -> rx.Var:
    title = ProjectState.view.title
    return rx.cond(title != "", title + " — ЕЛКА", "Проект — ЕЛКА")


PAGES = [
    Page("/projects/[project_id]", project_page, _title(), on_load=[ProjectState.load, ViewerState.load]),
]
