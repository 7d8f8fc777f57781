"""Two steps of the constructor: how residents vote, and who wins."""

from __future__ import annotations

from typing import Any

import reflex as rx

from elka import ui
from elka.pages.build_fields import choice, flag, number, own
from elka.pages.build_fields import part as group
from elka.pages.build_frame import step_box
from elka.pages.contests import rules_list
from elka.state.build_rules import BuildPublicState, BuildWinnersState, Shares


def public_step() -> rx.Component:
    """Draw the step of voting."""
    state = BuildPublicState
    return step_box(
        state,
        "Голосование",
        "Кто голосует, сколько голосов у человека и что видно, пока голосуют.",
        rx.cond(
            state.has_voting,
            rx.fragment(_votes(), _voters(), _figures()),
            _absent("В сроках нет голосования", "Добавьте этап «Голосование», и здесь появятся его правила."),
        ),
    )


def winners_step() -> rx.Component:
    """Draw the step of winners."""
    state = BuildWinnersState
    return step_box(
        state,
        "Победители",
        "Из чего складывается место и до какого места побеждают.",
        rx.cond(
            state.options.length() > 0,
            rx.fragment(_rank(), _how_many(), _gates(), _tie(), _what_if()),
            _absent("Пока некому выбирать победителей", "Добавьте в сроки голосование, комиссию или и то и другое."),
        ),
    )


def public_aside() -> rx.Component:
    """Tell the rules as residents will read them."""
    return _as_told(BuildPublicState)


def winners_aside() -> rx.Component:
    """Tell the rules as residents will read them."""
    return _as_told(BuildWinnersState)


def _as_told(state: Any) -> rx.Component:
    return rx.fragment(
        rx.el.h2("Как прочтёт житель", class_name="h3"),
        # The column scrolls where the rules are long: the keyboard must get into it.
        rx.el.div(
            rules_list(state.rules), class_name="told", tab_index=0, role="region", aria_label="Как прочтёт житель"
        ),
    )


def _absent(title: str, text: str) -> rx.Component:
    return ui.empty_state(
        title, text, ui.link_button("К срокам", href="?step=timeline", kind="tint"), icon_name="calendar-clock"
    )


def _votes() -> rx.Component:
    state = BuildPublicState
    return group(
        choice(state, "public", "vote_kind", "Как человек выбирает проекты", state.kinds),
        rx.cond(
            state.values["vote_kind"] == "knapsack",
            rx.el.p("Бюджет конкурса — ", rx.el.strong(state.budget), ".", class_name="muted small"),
        ),
        rx.cond(
            state.values["vote_kind"] == "points",
            number(state, "public", "points_limit", "Баллов у одного человека"),
        ),
        choice(state, "public", "limit", "За сколько проектов голосует один человек", state.limits),
        rx.cond(
            state.values["limit"] == "many",
            number(state, "public", "vote_limit", "Проектов в бюллетене, не больше", required=False),
        ),
        rx.cond(
            state.parts.length() > 0,
            rx.el.div(
                rx.el.p("Из них в каждой категории:", class_name="field-label"),
                rx.el.ul(rx.foreach(state.parts, _shares), class_name="lines"),
                ui.more_link("Изменить категории", "?step=basics#basics-category_basis"),
                class_name="stack stack-s",
            ),
        ),
        flag(
            state,
            "public",
            "may_change_votes",
            "Выбор можно менять до закрытия",
            hint="Иначе отданный голос остаётся, можно только добавить новые",
        ),
        title="Голоса",
    )


def _voters() -> rx.Component:
    state = BuildPublicState
    return group(
        number(
            state, "public", "voter_age", "Возраст голосующих от, лет", hint="Голосуют те, кто вошёл и подтвердил почту"
        ),
        rx.cond(
            state.is_region,
            rx.el.p("Голосуют жители всей Югры: конкурс проводит регион.", class_name="muted"),
            flag(
                state,
                "public",
                "voters_local",
                "Только жители этого места",
                hint="Остальные увидят проекты, но голосовать не смогут",
            ),
        ),
        rx.cond(
            state.by_settlement | (state.values["voters_own_part"] == "true"),
            flag(
                state,
                "public",
                "voters_own_part",
                "Только за проекты своего места",
                hint="Человек выбирает проекты той категории, в которой его населённый пункт",
            ),
        ),
        flag(
            state,
            "public",
            "paper",
            "Голосуют и на бумаге",
            hint="Бюллетени из урн вносит сотрудник, второй сверяет их с протоколом",
        ),
        title="Кто голосует",
    )


def _figures() -> rx.Component:
    state = BuildPublicState
    return group(
        flag(
            state,
            "public",
            "figures_hidden",
            "Скрывать счёт до публикации итогов",
            hint="Тогда промежуточный счёт не виден никому, и вам тоже",
        ),
        number(
            state,
            "public",
            "min_votes",
            "Голосов для победы, не меньше",
            hint="Столько человек должны выбрать проект, чтобы он победил; 0 — хватит и одного",
        ),
        title="Счёт и порог",
    )


def _rank() -> rx.Component:
    state = BuildWinnersState
    return group(
        choice(state, "winners", "winners_by", "Как проекты встают в список", state.options),
        rx.cond(
            state.values["winners_by"] == "both",
            rx.fragment(
                number(state, "winners", "public_weight", "Вес голосов жителей, %"),
                rx.el.p("Остальные ", state.commission_weight, " — баллы комиссии.", class_name="muted small"),
            ),
        ),
        title="Место в списке",
    )


def _how_many() -> rx.Component:
    state = BuildWinnersState
    return group(
        choice(state, "winners", "allot", "До какого места побеждают", state.allots),
        rx.cond(
            state.categories.length() > 0,
            rx.el.div(
                rx.el.p("В каждой категории отдельно:", class_name="field-label"),
                rx.el.ul(rx.foreach(state.categories, _shares), class_name="lines"),
                ui.more_link("Изменить категории", "?step=basics#basics-category_basis"),
                class_name="stack stack-s",
            ),
            rx.cond(
                state.by_places,
                number(state, "winners", "places", "Сколько будет победителей"),
                rx.el.p("Бюджет конкурса — ", rx.el.strong(state.budget), "."),
            ),
        ),
        rx.cond(
            state.has_votes & (_may_share() | (state.values["sharing"] == "shares")),
            rx.fragment(
                choice(state, "winners", "sharing", "Как раздают бюджет", state.sharings),
                rx.cond(
                    state.values["sharing"] == "shares",
                    rx.fragment(
                        choice(state, "winners", "rest", "Что делать с остатком", state.rests),
                        flag(
                            state,
                            "winners",
                            "by_number",
                            "Важно число победивших проектов, а не их стоимость",
                            hint="Тогда недорогие проекты побеждают чаще",
                        ),
                    ),
                ),
            ),
        ),
        title="Сколько победителей",
    )


def _may_share() -> rx.Var:
    """Whether equal shares can give out the budget: by the votes of residents alone."""
    values = BuildWinnersState.values
    return (values["winners_by"] == "votes") & (values["allot"] == "budget")


def _shares(one: Shares) -> rx.Component:
    return rx.el.li(rx.el.span(one.name), rx.el.strong(one.gets, class_name="nowrap"))


def _gates() -> rx.Component:
    state = BuildWinnersState
    return group(
        rx.el.div(
            rx.cond(
                state.has_votes,
                number(state, "winners", "min_votes", "Голосов не меньше", hint="0 — хватит и одного"),
            ),
            rx.cond(
                state.has_scores,
                own(
                    state,
                    "winners",
                    "min_score",
                    "Баллов не меньше",
                    hint="Из 100; 0 — порога нет",
                    input_mode="decimal",
                    auto_complete="off",
                ),
            ),
            class_name="build-pair",
        ),
        title="Порог",
        text="Проект ниже порога не побеждает, даже если денег хватает.",
    )


def _what_if() -> rx.Component:
    here = "/office/contests/" + BuildWinnersState.contest.to_string()
    return rx.el.p(ui.text_link("Что если: сравнить правила", href=here + "/what-if"))


def _tie() -> rx.Component:
    return ui.notice(
        "SHA-256 зерна жребия появится при публикации конкурса, до первой заявки, само зерно — до первого голоса. "
        "Повторить жребий сможет любой.",
        title="Если поровну, решает жребий, который нельзя подстроить",
        tone="calm",
    )
