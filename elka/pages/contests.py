"""The list of contests and the page of one."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_parts import categories_section, criteria_section, rules_list
from elka.pages.exclusive_parts import groups_section
from elka.pages.results import receipt_section, results_section
from elka.state.application_content import TextRow
from elka.state.contest import ContestState, OwnRow
from elka.state.contest_rows import ContestCard, EntryRow
from elka.state.contests import ContestsState
from elka.state.results import ResultsState
from elka.state.viewer import ViewerState


def contests_page() -> rx.Component:
    """Draw the list of contests."""
    state = ContestsState
    return ui.page(
        ui.link_tabs(state.tabs, state.address, label="Какие конкурсы показать"),
        ui.toolbar(
            ui.select_field(
                "place",
                ui.hidden("Где"),
                state.places,
                blank="Вся Югра",
                required=True,
                value=state.place,
                on_change=state.show_place,
            ),
            rx.cond(
                state.years.length() > 1,
                ui.select_field(
                    "year",
                    ui.hidden("Год"),
                    state.years,
                    blank="Все годы",
                    required=True,
                    value=state.year,
                    on_change=state.show_year,
                ),
            ),
            class_name="toolbar-narrow",
        ),
        rx.match(
            state.status,
            ("loading", ui.skeleton("cards", 6)),
            ("error", ui.error_state(text=state.fault, on_retry=state.load)),
            rx.cond(
                state.cards.length() > 0,
                rx.fragment(
                    rx.el.div(rx.foreach(state.cards, contest_card), class_name="grid"),
                    rx.cond(state.pages.length() > 0, ui.pagination(state.page, state.pages, state.show_page)),
                ),
                _no_contests(),
            ),
        ),
        title="Конкурсы",
        lead="Подайте проект, проголосуйте или посмотрите, кто победил и почему.",
        active="contests",
    )


def contest_card(card: ContestCard) -> rx.Component:
    """Draw a contest in a list."""
    return ui.contest_card(
        title=card.title,
        href=card.href,
        status=card.status,
        tone=card.tone,
        place=card.place,
        summary=card.summary,
        phases=card.phases,
        foot=card.foot,
        end=card.end,
        end_is_term=card.end_is_term,
        level=2,
    )


def _no_contests() -> rx.Component:
    state = ContestsState
    elsewhere = ui.link_button("Показать по всей Югре", href="/contests", kind="tint")
    return rx.match(
        state.tab,
        (
            "soon",
            ui.empty_state(
                "Новых конкурсов пока не объявили",
                "Проект и группу можно собрать заранее: к объявлению всё будет готово.",
                ui.link_button("Предложить идею", href="/projects/new", kind="tint"),
                icon_name="calendar-clock",
            ),
        ),
        (
            "past",
            ui.empty_state(
                "Завершённых конкурсов пока нет",
                "Здесь будут итоги: кто победил, почему и сколько голосов не хватило остальным.",
                ui.link_button("Идут сейчас", href="/contests", kind="tint"),
                icon_name="trophy",
            ),
        ),
        rx.cond(
            state.place != "",
            ui.empty_state("Здесь сейчас ничего не идёт", "Посмотрите соседние муниципалитеты.", elsewhere),
            ui.empty_state(
                "Сейчас конкурсов нет",
                "Самое время собрать группу и описать идею: к новому конкурсу всё будет готово.",
                ui.link_button("Предложить идею", href="/projects/new", kind="tint"),
            ),
        ),
    )


def contest_page() -> rx.Component:
    """Draw the page of one contest."""
    state = ContestState
    return ui.page(
        ui.screen(
            state,
            _contest(),
            waiting=_waiting(),
            on_retry=state.load,
            missing="Конкурса нет",
            missing_text="Возможно, адрес набран с ошибкой или конкурс ещё не объявлен.",
            back=("Все конкурсы", "/contests"),
        ),
        active="contests",
        bar=rx.cond(state.status == "ready", _bar(), rx.fragment()),
    )


def _waiting() -> rx.Component:
    """Hold the place of a contest's page, in its shape."""
    return rx.el.div(
        rx.el.div(ui.bone("9rem"), ui.bone("70%", "title", "2.5rem"), ui.bone("55%"), class_name="stack stack-s"),
        ui.card(ui.bone("100%", "block", "3rem")),
        rx.el.div(rx.el.aside(ui.card(ui.skeleton("text", 4))), rx.el.div(ui.skeleton("cards", 4)), class_name="deed"),
        class_name="stack stack-l",
    )


def _contest() -> rx.Component:
    row = ContestState.row
    return rx.fragment(
        ui.page_header(
            row.title,
            lead=row.summary,
            crumbs=[("Конкурсы", "/contests"), (row.place, "")],
            kicker=ui.badge(row.status, row.tone),
        ),
        rx.cond(
            row.is_draft,
            ui.notice("Черновик: его видят только организаторы.", icon_name="eye-off", class_name="section"),
        ),
        rx.cond(
            row.is_cancelled,
            ui.notice(row.cancel_reason, title="Конкурс отменён", tone="error"),
        ),
        rx.cond(row.hold != "", ui.notice(row.hold, tone="warn")),
        rx.cond(
            ContestState.phases.length() > 0,
            ui.card(ui.phase_timeline(ContestState.phases, calm=~row.is_moving), class_name="contest-line"),
        ),
        rx.el.div(
            rx.el.aside(_deed(), aria_label="Что можно сделать", class_name="stack"),
            rx.el.div(
                results_section(row.id),
                _entries(),
                groups_section(ContestState.groups, row.groups_lead),
                receipt_section(row.id),
                _rules(),
                categories_section(ContestState.categories),
                criteria_section(ContestState.criteria),
                _history(),
            ),
            class_name="deed",
        ),
    )


def _deed() -> rx.Component:
    row = ContestState.row
    return rx.fragment(
        ui.card(
            rx.el.div(
                rx.el.h2(row.act_title, class_name="h3"),
                rx.cond(row.closes != "", ui.countdown(row.closes_iso, row.closes, now=row.now_iso)),
                class_name="stack stack-s",
            ),
            rx.cond(row.act_text != "", rx.el.p(row.act_text, class_name="muted")),
            _act_button(full=True),
            rx.el.hr(),
            rx.el.dl(
                rx.el.div(rx.el.dt("бюджет"), rx.el.dd(row.budget)),
                rx.el.div(rx.el.dt(row.standing_word), rx.el.dd(row.standing)),
                rx.cond(row.voters != "", rx.el.div(rx.el.dt(row.voters_word), rx.el.dd(row.voters))),
                class_name="figures",
            ),
            class_name="deed-card",
        ),
        rx.cond(
            ContestState.own.length() > 0,
            ui.card(rx.el.ul(rx.foreach(ContestState.own, _own), class_name="lines"), title="Ваши заявки"),
        ),
        rx.cond(
            row.may_manage,
            ui.link_button(
                "Открыть в кабинете организатора",
                href="/office/contests/" + row.id.to_string(),
                kind="quiet",
                icon_name="landmark",
                full=True,
            ),
        ),
    )


def _own(own: OwnRow) -> rx.Component:
    return rx.el.li(ui.link(own.title, href=own.href), ui.badge(own.status, own.tone))


def _act_button(*, full: bool = False) -> rx.Component:
    """Draw the one thing that can be done now; nothing while there is none."""
    row = ContestState.row
    here = "/contests/" + row.id.to_string()
    return rx.match(
        row.act,
        ("apply", ui.link_button("Подать заявку", href=here + "/apply", end_icon="arrow-right", full=full, large=full)),
        (
            "vote",
            ui.link_button("Открыть бюллетень", href=here + "/vote", end_icon="arrow-right", full=full, large=full),
        ),
        ("voted", ui.link_button("Мой бюллетень", href=here + "/vote", kind="tint", icon_name="check", full=full)),
        (
            "results",
            ui.link_button("Смотреть итоги", href=here + "/results", end_icon="arrow-right", full=full, large=full),
        ),
        rx.fragment(),
    )


def _bar() -> rx.Component:
    row = ContestState.row
    return rx.cond(
        row.act != "",
        rx.fragment(rx.cond(row.closes_short != "", ui.term(row.closes_short), rx.el.span()), _act_button()),
        rx.fragment(),
    )


def _entries() -> rx.Component:
    state = ContestState
    nothing = rx.cond(
        state.query != "",
        ui.empty_state("Ничего не нашлось", "Попробуйте другие слова.", icon_name="search-x"),
        ui.empty_state("Пока ни одной заявки", "Станьте первым: проверьте, готов ли ваш проект.", icon_name="sprout"),
    )
    return rx.cond(
        ~state.row.is_cancelled | (state.entries.length() > 0),
        rx.el.section(
            rx.el.div(
                rx.el.h2(
                    state.row.entries_title,
                    " ",
                    rx.el.span(rx.cond(state.query != "", state.found, state.row.standing), class_name="faint nowrap"),
                ),
                rx.cond(
                    (state.pages.length() > 0) | (state.query != ""),
                    ui.search_field(
                        "q",
                        "Найти проект",
                        in_form=False,
                        default_value=state.query,
                        on_change=lambda words: state.search(words).debounce(350),
                    ),
                ),
                class_name="entries-head",
            ),
            rx.cond(
                state.entries.length() > 0,
                rx.fragment(
                    rx.el.div(rx.foreach(state.entries, _entry), class_name="grid grid-tight"),
                    rx.cond(state.pages.length() > 0, ui.pagination(state.page, state.pages, state.show_page)),
                ),
                nothing,
            ),
            class_name="section",
            id="projects",
        ),
    )


def _entry(entry: EntryRow) -> rx.Component:
    return ui.project_card(
        title=entry.title,
        href=entry.href,
        cover_src=entry.cover,
        place=entry.place,
        direction=entry.direction,
        status=entry.status,
        tone=entry.tone,
        foot=entry.amount,
        end=entry.votes,
    )


def _rules() -> rx.Component:
    state = ContestState
    return ui.section(
        ui.card(rules_list(state.rules)),
        rx.cond(
            state.extra.length() > 0,
            ui.card(said(state.extra), title="Дополнительные условия", class_name="extra"),
        ),
        title="Правила простыми словами",
        id="rules",
    )


def said(rows: rx.Var) -> rx.Component:
    """Draw a text that people wrote: paragraphs and items of lists."""
    return rx.el.div(rx.foreach(rows, _piece), class_name="prose said")


def _piece(piece: TextRow) -> rx.Component:
    return rx.el.p(piece.text, class_name=rx.cond(piece.item, "is-item", ""))


def _history() -> rx.Component:
    state = ContestState
    return rx.cond(
        state.history.length() > 0,
        ui.section(ui.card(ui.history(state.history)), title="История конкурса", id="history"),
    )


def _title() -> rx.Var:
    title = ContestState.row.title
    return rx.cond(title != "", title + " — ЕЛКА", "Конкурс — ЕЛКА")


PAGES = [
    Page(
        "/contests",
        contests_page,
        "Конкурсы — ЕЛКА",
        on_load=[ContestsState.load, ViewerState.load],
        description="Конкурсы инициатив Югры: где подать проект, за что проголосовать, кто победил и почему.",
    ),
    Page(
        "/contests/[contest_id]",
        contest_page,
        _title(),
        on_load=[ContestState.load, ResultsState.load_head, ViewerState.load],
    ),
]
