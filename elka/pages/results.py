"""Results of a contest: who won, why the others did not, how it was counted."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.result_proof import check_section, files_card, sealed_note, turnout_section
from elka.pages.result_versions import versions_banner, versions_section
from elka.state.contest_words import Rule
from elka.state.result_film import ResultFilmState
from elka.state.result_rows import DrawRow, LotRow, OutcomeRow
from elka.state.results import ResultsState
from elka.state.viewer import ViewerState


def results_page() -> rx.Component:
    """Draw the results of one contest."""
    state = ResultsState
    return ui.page(
        ui.screen(
            state,
            rx.fragment(
                ui.page_header(
                    "Итоги конкурса",
                    lead=state.row.title,
                    crumbs=[("Конкурсы", "/contests"), (state.row.title, state.row.href), ("Итоги", "")],
                    kicker=ui.badge(state.row.status, state.row.tone),
                ),
                rx.cond(state.row.is_known, _results(), _not_yet()),
            ),
            waiting=rx.el.div(ui.skeleton("text", 4), ui.skeleton("cards", 3), class_name="stack stack-l"),
            on_retry=state.load,
            missing="Конкурса нет",
            missing_text="Возможно, адрес набран с ошибкой или конкурс ещё не объявлен.",
            back=("Все конкурсы", "/contests"),
        ),
        active="contests",
    )


def results_section(contest_id: rx.Var) -> rx.Component:
    """Draw the results on the page of their contest; nothing before they are published."""
    row = ResultsState.row
    return rx.cond(
        (row.id == contest_id) & row.is_known,
        ui.section(
            ui.card(
                _figures(),
                _budget(),
                rx.el.div(
                    ui.link_button("Все итоги и причины", href=row.href + "/results", kind="tint", icon_name="trophy"),
                    _download(),
                    class_name="form-actions",
                ),
                class_name="results-head",
            ),
            title="Итоги",
            id="results",
        ),
    )


def receipt_section(contest_id: rx.Var) -> rx.Component:
    """Ask for a receipt on the page of a contest that has ballots."""
    row = ResultsState.row
    return rx.cond(
        (row.id == contest_id) & row.has_receipts,
        rx.el.div(receipt_check(), class_name="section receipt-section", id="receipt-check"),
    )


def receipt_check() -> rx.Component:
    """Let a voter see that the ballot is counted, whoever looks over the shoulder."""
    state = ResultsState
    return ui.card(
        rx.el.form(
            ui.text_field(
                "receipt",
                "Номер квитанции",
                hint="Его вы получили, когда проголосовали",
                placeholder="7K3M-Q0ZT-X9AB",
                error=state.errors["receipt"],
                auto_complete="off",
                auto_capitalize="characters",
                spell_check=False,
                max_length=40,
            ),
            ui.submit("Проверить квитанцию", kind="tint", icon_name="ticket-check", full=True),
            on_submit=state.check_receipt,
            class_name="stack stack-s",
            no_validate=True,
        ),
        rx.el.div(
            rx.match(
                state.receipt,
                ("found", ui.notice("Бюллетень с этим номером учтён", tone="ok")),
                ("missing", ui.notice("Такого номера нет. Сверьте буквы и цифры с квитанцией.", icon_name="search-x")),
                ("", rx.fragment()),
                ui.notice(
                    "Основание: " + state.receipt + ". Так решили двое сотрудников; если это ваш бюллетень, возразить "
                    "можно в кабинете, «Мои голоса».",
                    title="Бюллетень с этим номером аннулирован",
                    tone="warn",
                ),
            ),
            role="status",
            class_name="receipt-answer",
        ),
        title="Мой голос учтён?",
    )


def _results() -> rx.Component:
    state = ResultsState
    row = state.row
    return rx.fragment(
        versions_banner(),
        ui.card(
            _figures(),
            _budget(),
            rx.el.p(
                rx.cond(row.version > 0, "Эта версия опубликована ", "Итоги опубликованы "),
                rx.el.strong(row.published),
                rx.cond(row.each != "", rx.fragment(". В бюллетене в среднем ", rx.el.strong(row.each))),
                rx.cond(row.paper != "", rx.fragment(". Из них ", rx.el.strong(row.paper))),
                ".",
                class_name="muted small",
            ),
            class_name="results-head",
        ),
        rx.el.section(
            rx.el.div(
                rx.el.h2("Победители ", rx.el.span(state.found, class_name="faint small nowrap")),
                rx.el.div(
                    rx.cond(
                        state.categories.length() > 1,
                        ui.select_field(
                            "category",
                            ui.hidden("Категория"),
                            state.categories,
                            blank="Все категории",
                            required=True,
                            value=state.category,
                            on_change=state.choose_category,
                        ),
                    ),
                    ui.search_field(
                        "q",
                        "Найти проект в итогах",
                        in_form=False,
                        default_value=state.query,
                        on_change=lambda words: state.search(words).debounce(350),
                    ),
                    class_name="outcome-tools",
                ),
                class_name="entries-head",
            ),
            rx.cond(
                state.winners.length() > 0,
                rx.fragment(
                    rx.el.div(rx.foreach(state.winners, _winner), class_name="grid"),
                    rx.cond(state.top_pages.length() > 0, ui.pagination(state.top, state.top_pages, state.show_top)),
                ),
                rx.cond(
                    state.query != "",
                    rx.el.p("Среди победителей такого нет: посмотрите ниже.", class_name="muted"),
                    ui.empty_state(
                        "Победителей нет",
                        rx.cond(
                            state.category != "",
                            "В этой категории не победил ни один проект: почему, написано ниже у каждого.",
                            "Не победил ни один проект: почему, написано ниже у каждого.",
                        ),
                    ),
                ),
            ),
            class_name="section",
        ),
        rx.el.div(
            rx.el.div(_rest(), _film(), _how(), check_section()),
            rx.el.aside(
                rx.cond(row.has_receipts, receipt_check()),
                files_card(),
                aria_label="Проверить и скачать",
                class_name="stack sticks",
            ),
            class_name="split section",
        ),
        turnout_section(),
        versions_section(),
    )


def _figures() -> rx.Component:
    row = ResultsState.row
    judged = ((row.winners, row.winners_word), (row.listed, row.listed_word))
    votes = ((row.voters, row.voters_word), (row.votes, row.votes_word))
    return rx.cond(row.votes != "", ui.figures(*judged, *votes), ui.figures(*judged))


def _budget() -> rx.Component:
    row = ResultsState.row
    return rx.el.div(
        ui.progress_line(
            row.spent_percent,
            row.given,
            figure=row.spent,
            of=rx.fragment("из ", row.budget),
            share=row.spent_share,
        ),
        rx.cond(row.left != "", rx.el.p(row.left_of, ": ", row.left, class_name="muted small")),
    )


def _winner(one: OutcomeRow) -> rx.Component:
    return rx.fragment(
        _heading(one, "h3"),
        ui.project_card(
            title=one.title,
            href=one.href,
            cover_src=one.cover,
            place=one.place,
            direction=one.direction,
            status=one.standing + rx.cond(one.category != "", " · " + one.category, ""),
            tone="green",
            note=one.story,
            foot=one.amount,
            end=rx.el.strong(one.got),
        ),
    )


def _heading(one: OutcomeRow, element: str) -> rx.Component:
    """Begin a category that was counted by itself."""
    words = (one.heading, rx.cond(one.note != "", rx.el.span(one.note, class_name="muted small")))
    made = (
        rx.el.h3(*words, class_name="outcome-group")
        if element == "h3"
        else rx.el.li(rx.el.h3(*words), class_name="outcome-group")
    )
    return rx.cond(one.heading != "", made)


def _film() -> rx.Component:
    """Draw the count round by round, and where the money went."""
    state = ResultFilmState
    return rx.cond(
        (state.contest == ResultsState.row.id) & (state.frames.length() > 0),
        rx.fragment(
            ui.section(ui.card(ui.film(state.frames, budget=state.budget)), title="Ход подсчёта", id="film"),
            rx.cond(
                (state.budget != "") & ((state.places.length() > 0) | (state.directions.length() > 0)),
                ui.section(
                    ui.card(
                        _spread("Где", "Деньги по местам", state.places),
                        _spread("Направление", "Деньги по направлениям", state.directions),
                        class_name="stack stack-l",
                    ),
                    title="Куда пошли деньги",
                    id="money",
                ),
            ),
        ),
    )


def _spread(of: str, caption: str, rows: rx.Var) -> rx.Component:
    return rx.cond(
        rows.length() > 0,
        rx.el.div(rx.el.h3(caption), ui.spread_bars(rows, caption=caption, of=of), class_name="stack stack-s"),
    )


def _rest() -> rx.Component:
    state = ResultsState
    return rx.el.section(
        rx.el.div(
            rx.el.h2("Остальные проекты ", rx.el.span(state.rest_found, class_name="faint small nowrap")),
            class_name="section-head",
        ),
        rx.cond(
            state.rest.length() > 0,
            rx.fragment(
                rx.el.ol(rx.foreach(state.rest, _other), class_name="card card-flush outcomes"),
                rx.cond(state.pages.length() > 0, ui.pagination(state.page, state.pages, state.show_page)),
            ),
            rx.cond(
                state.query != "",
                ui.empty_state("Ничего не нашлось", "Попробуйте другие слова.", icon_name="search-x"),
                ui.empty_state("Победили все", "Хватило каждому проекту.", icon_name="party-popper"),
            ),
        ),
    )


def _other(one: OutcomeRow) -> rx.Component:
    return rx.fragment(
        _heading(one, "li"),
        rx.el.li(
            rx.el.span(ui.hidden("Место "), one.rank, class_name="outcome-rank"),
            rx.el.div(
                rx.el.h3(ui.link(one.title, href=one.href)),
                rx.el.p(
                    one.place,
                    " · просили ",
                    one.amount,
                    rx.cond(one.category != "", " · " + one.category, ""),
                    class_name="muted small",
                ),
                rx.el.p(one.why, class_name="outcome-why"),
            ),
            rx.el.div(
                rx.el.strong(one.got, class_name="nowrap"),
                rx.cond(one.parts != "", rx.el.span(one.parts, class_name="muted small")),
                class_name="outcome-got",
            ),
            class_name="outcome card-link",
        ),
    )


def _how() -> rx.Component:
    state = ResultsState
    return ui.section(
        ui.card(
            rx.el.p("Итоги подсчитаны ", rx.el.strong(state.row.counted), ".", class_name="muted"),
            rx.el.dl(rx.foreach(state.rules, _rule), class_name="rules"),
            rx.foreach(state.draws, _draw),
            rx.cond(state.row.quiet_draws != "", rx.el.p(state.row.quiet_draws, class_name="muted small")),
            class_name="stack",
        ),
        title="Как считали",
        id="how",
    )


def _rule(rule: Rule) -> rx.Component:
    code = rx.cond(rule.code != "", rx.el.code(rule.code, class_name="shell-line"))
    return rx.el.div(rx.el.dt(rule.name), rx.el.dd(rule.text, code))


def _draw(draw: DrawRow) -> rx.Component:
    return rx.el.div(
        rx.el.h3(draw.title, ": решил жребий", class_name="strong"),
        rx.el.ol(rx.foreach(draw.lots, _lot), class_name="lots"),
        class_name="draw",
    )


def _lot(one: LotRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            one.title,
            rx.cond(one.won, rx.fragment(" ", ui.badge("Победил", "green"))),
        ),
        rx.el.span("номер для жребия ", one.key, ", SHA-256: ", rx.el.code(one.lot, "…"), class_name="muted small"),
    )


def _download() -> rx.Component:
    return ui.link_button(
        "Скачать таблицу, CSV", href=ResultsState.row.csv, kind="quiet", icon_name="download", native=True
    )


def _not_yet() -> rx.Component:
    row = ResultsState.row
    return rx.el.div(
        ui.empty_state(
            "Итогов пока нет",
            row.waiting,
            ui.link_button("Страница конкурса", href=row.href, kind="tint", icon_name="arrow-left"),
            icon_name="trophy",
        ),
        rx.cond(
            row.has_receipts | (ResultsState.proof.root != ""),
            rx.el.aside(
                rx.cond(row.has_receipts, receipt_check()),
                sealed_note(),
                aria_label="Проверить самому",
                class_name="stack",
            ),
        ),
        class_name="split",
    )


PAGES = [
    Page(
        "/contests/[contest_id]/results",
        results_page,
        "Итоги конкурса — ЕЛКА",
        on_load=[ResultsState.load, ResultFilmState.load, ViewerState.load],
        description="Кто победил, почему и чего не хватило остальным.",
    ),
]
