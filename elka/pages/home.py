"""The home page: what one can do today, the region in figures, what has been built."""

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.home import Built, HomeState, OpenContest, Tile
from elka.state.project_rows import ProjectRow
from elka.state.viewer import ViewerState

STEPS = (
    ("lightbulb", "Опишите идею", "Двух абзацев и места на карте достаточно. Соседи подскажут, чего не хватает."),
    (
        "users-round",
        "Соберите людей",
        "Позовите инициативную группу по ссылке, составьте смету и подайте заявку в подходящий конкурс.",
    ),
    ("hammer", "Постройте", "Победителю — бюджет. Что получилось, видно всем в реестре проектов Югры."),
)


def home_page() -> rx.Component:
    """Draw the home page. Its first screen is in the HTML itself; the figures come with the data."""
    return ui.page(
        _hero(),
        rx.el.div(
            _tiles(),
            _open_now(),
            _fresh_projects(),
            _built(),
            _how_it_works(),
            class_name="wrap",
        ),
        active="home",
        width="full",
    )


def _hero() -> rx.Component:
    return ui.hero(
        ui.link_button("Предложить идею", href="/projects/new", icon_name="lightbulb", large=True),
        ui.link_button("Выбрать, за что голосовать", href="/contests", kind="quiet", large=True),
        title="Придумайте. Соберите соседей. Получите бюджет.",
        lead="Здесь жители Югры предлагают проекты, голосуют за них и следят, как они становятся "
        "площадками, тропами, музеями и секциями.",
        kicker=ui.badge("Югра · 22 муниципалитета", "green"),
        aside=rx.cond(
            HomeState.status == "loading",
            ui.card(ui.skeleton("text", 4), class_name="lead-contest is-waiting"),
            rx.cond(HomeState.lead, _lead(HomeState.lead.to(OpenContest)), _no_contest()),  # type: ignore[union-attr]
        ),
    )


def _lead(contest: OpenContest) -> rx.Component:
    return ui.card(
        rx.el.div(
            ui.badge(contest.status, contest.tone),
            rx.cond(contest.closes_at != "", ui.countdown(contest.closes_at, contest.term), rx.el.span(contest.term)),
            class_name="row row-between",
        ),
        rx.el.h2(ui.link(contest.title, href=contest.href), class_name="h3"),
        rx.el.p(contest.place, class_name="muted"),
        ui.phase_timeline(contest.phases),
        ui.figures((contest.projects, "участвуют"), (contest.budget, "на всех")),
        ui.link_button(contest.action, href=contest.action_href, end_icon="arrow-right", full=True),
        class_name="lead-contest",
    )


def _no_contest() -> rx.Component:
    return ui.empty_state(
        "Сейчас открытых конкурсов нет",
        "Самое время собрать группу и описать идею: к новому конкурсу всё будет готово.",
        ui.link_button("Предложить идею", href="/projects/new", kind="tint"),
    )


def _tiles() -> rx.Component:
    return rx.cond(
        HomeState.status == "loading",
        ui.skeleton("tiles", 4),
        rx.cond(
            HomeState.status == "error",
            ui.error_state(text=HomeState.fault, on_retry=HomeState.load),
            rx.el.div(rx.foreach(HomeState.tiles, _tile), class_name="tiles"),
        ),
    )


def _tile(tile: Tile) -> rx.Component:
    return ui.stat_tile(tile.figure, tile.label, change=tile.change, trend=tile.trend)


def _open_now() -> rx.Component:
    return _cards(
        HomeState.contests.length() > 0,
        rx.el.div(rx.foreach(HomeState.contests, _contest), class_name="grid"),
        title="Открыто сейчас",
        more=("Все конкурсы", "/contests"),
    )


def _cards(there: rx.Var[bool], cards: rx.Component, *, title: str, more: tuple[str, str]) -> rx.Component:
    """Hold the place of a row of cards while it is loaded, so that nothing on the page jumps."""
    waiting = HomeState.status == "loading"
    return rx.cond(
        waiting | there,
        ui.section(rx.cond(waiting, ui.skeleton("cards", 3), cards), title=title, more=more),
    )


def _contest(contest: OpenContest) -> rx.Component:
    return ui.contest_card(
        title=contest.title,
        href=contest.href,
        status=contest.status,
        tone=contest.tone,
        place=contest.place,
        summary=contest.summary,
        phases=contest.phases,
        foot=rx.cond(contest.projects != "", contest.projects + " · " + contest.budget, contest.budget),
        end=contest.term,
        end_is_term=contest.term_is_urgent,
    )


def _fresh_projects() -> rx.Component:
    return _cards(
        HomeState.projects.length() > 0,
        rx.el.div(rx.foreach(HomeState.projects, _project), class_name="grid"),
        title="Новые идеи соседей",
        more=("Все проекты", "/projects"),
    )


def _project(project: ProjectRow) -> rx.Component:
    return ui.project_card(
        title=project.title,
        href=project.href,
        cover_src=project.cover,
        place=project.place,
        direction=project.direction,
        foot=project.cost,
        end=project.status,
    )


def _built() -> rx.Component:
    return rx.cond(
        (HomeState.status == "loading") | (HomeState.built.length() > 0),
        ui.section(
            ui.card(
                ui.ugra_map(HomeState.points, label="Карта Югры: где стоят проекты реестра"),
                rx.el.div(
                    rx.el.h2(rx.cond(HomeState.built_title != "", HomeState.built_title, "Что уже построено")),
                    rx.el.p(
                        "Найдите свой посёлок и посмотрите, что сделали соседи: сколько стоило и как выглядит.",
                        class_name="muted",
                    ),
                    rx.el.ul(rx.foreach(HomeState.built, _built_row), class_name="things plain"),
                    ui.link_button("Открыть реестр", href="/registry", kind="tint", icon_name="library-big"),
                    class_name="stack",
                ),
                class_name="map-teaser",
            ),
        ),
    )


def _built_row(row: Built) -> rx.Component:
    return ui.thing(title=row.title, note=row.place, href=row.href, picture=row.cover, end=ui.badge(row.year, "green"))


def _how_it_works() -> rx.Component:
    return ui.section(
        rx.el.div(*[ui.lead_step(*step) for step in STEPS], class_name="grid"),
        title="Три шага",
    )


PAGES = [
    Page(
        "/",
        home_page,
        "ЕЛКА — инициативы жителей Югры",
        on_load=[HomeState.load, ViewerState.load],
        description="Жители Югры предлагают проекты, голосуют за них и следят, как они строятся.",
    )
]
