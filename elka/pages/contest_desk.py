"""An announced contest in the hands of its officials."""

from __future__ import annotations

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.contest_corrections import corrections
from elka.pages.contest_frame import contest_page
from elka.pages.office import HOME
from elka.state.contest_corrections import ContestCorrectionsState
from elka.state.contest_desk import ContestDeskState
from elka.state.viewer import ViewerState


def desk_page() -> rx.Component:
    """Draw an announced contest in the hands of its officials."""
    state = ContestDeskState
    return contest_page(state, _desk())


def _desk() -> rx.Component:
    state = ContestDeskState
    row = state.row
    here = "/office/contests/" + row.id.to_string()
    return rx.fragment(
        ui.page_header(
            row.title,
            crumbs=[HOME, (row.place, "")],
            kicker=ui.badge(row.status, row.tone),
            actions=[
                ui.link_button(
                    "Страница конкурса", href="/contests/" + row.id.to_string(), kind="quiet", icon_name="eye"
                )
            ],
        ),
        rx.cond(row.hold != "", ui.notice(row.hold, tone="error", icon_name="siren")),
        rx.cond(row.cancel_reason != "", ui.notice(row.cancel_reason, title="Конкурс отменён", tone="error")),
        rx.cond(
            row.alike != "",
            ui.notice(
                row.alike,
                icon_name="split",
                actions=[ui.link_button("Посмотреть", href=here + "/exclusive", kind="tint")],
            ),
        ),
        rx.cond(
            state.phases.length() > 0,
            ui.card(ui.phase_timeline(state.phases, calm=~row.is_moving), class_name="contest-line"),
        ),
        rx.el.div(
            rx.el.aside(_desk_next(), _desk_power(), _desk_what_if(), aria_label="Действия", class_name="stack"),
            rx.el.div(
                rx.el.div(
                    _count("Ждут решения", row.submitted, here + "/applications?status=submitted"),
                    _count("На исправлении", row.returned, here + "/applications?status=returned"),
                    _count("Допущены", row.admitted, here + "/applications?status=admitted"),
                    _count("Отклонены", row.rejected, here + "/applications?status=rejected"),
                    rx.cond(row.appealed > 0, _count("Жалобы", row.appealed, here + "/applications?status=appealed")),
                    class_name="tiles tiles-even desk-tiles",
                ),
                rx.el.div(
                    ui.link_button("Все заявки", href=here + "/applications", kind="tint", icon_name="list-checks"),
                    rx.cond(
                        row.shows_exclusive,
                        ui.link_button(
                            "Взаимоисключающие проекты", href=here + "/exclusive", kind="tint", icon_name="split"
                        ),
                    ),
                    rx.cond(
                        row.shows_scores,
                        ui.link_button(
                            "Оценки комиссии", href=here + "/scores", kind="tint", icon_name="clipboard-pen"
                        ),
                    ),
                    rx.cond(
                        row.shows_votes,
                        ui.link_button("Необычные голоса", href=here + "/votes", kind="tint", icon_name="radar"),
                    ),
                    rx.cond(
                        row.shows_paper,
                        ui.link_button("Бумажные бюллетени", href=here + "/paper", kind="tint", icon_name="mailbox"),
                    ),
                    rx.cond(
                        row.may_publish | row.is_published,
                        ui.link_button("Итоги", href=here + "/results", kind="tint", icon_name="trophy"),
                    ),
                    class_name="form-actions",
                ),
                rx.cond(row.may_edit_texts, _texts()),
                corrections(),
                ui.section(
                    rx.cond(
                        state.history.length() > 0,
                        ui.card(ui.history(state.history)),
                        rx.el.p("Событий пока нет.", class_name="muted"),
                    ),
                    title="История",
                ),
            ),
            class_name="deed",
        ),
    )


def _count(label: str, count: rx.Var, href: rx.Var) -> rx.Component:
    return rx.el.div(
        rx.el.p(ui.link(count, ui.hidden(f" — {label.lower()}"), href=href), class_name="tile-figure"),
        rx.el.p(label, class_name="muted"),
        class_name="card tile tile-count",
    )


def _desk_next() -> rx.Component:
    row = ContestDeskState.row
    return ui.card(
        rx.el.h2(row.next_title, class_name="h3"),
        rx.cond(row.next_text != "", rx.el.p(row.next_text, class_name="muted")),
        rx.cond(
            row.next_href != "",
            ui.link_button(row.next_action, href=row.next_href, end_icon="arrow-right", full=True, large=True),
        ),
        class_name="stack",
    )


def _desk_power() -> rx.Component:
    row = ContestDeskState.row
    return rx.cond(
        row.may_prolong | row.may_cancel,
        ui.card(
            rx.cond(
                row.may_prolong,
                ui.button("Продлить этап", kind="quiet", icon_name="calendar-plus", full=True, **ui.opens("prolong")),
            ),
            rx.cond(
                row.may_cancel,
                ui.button("Отменить конкурс", kind="danger-quiet", icon_name="ban", full=True, **ui.opens("cancel")),
            ),
            rx.cond(row.may_prolong, _prolong()),
            rx.cond(row.may_cancel, _cancel()),
            class_name="stack stack-s",
        ),
    )


def _desk_what_if() -> rx.Component:
    here = "/office/contests/" + ContestDeskState.row.id.to_string()
    return rx.el.p(ui.text_link("Что если: сравнить правила", href=here + "/what-if"), class_name="small")


def _prolong() -> rx.Component:
    state = ContestDeskState
    return ui.dialog(
        rx.el.form(
            rx.el.p(
                "Сейчас этап «",
                state.row.phase_name,
                "» идёт до ",
                state.row.phase_closes,
                ". Следующие этапы сдвинутся на столько же. Новый срок и причину увидят все.",
                class_name="muted",
            ),
            ui.date_field(
                "until",
                "Новый срок",
                type="datetime-local",
                hint="По времени Югры",
                default_value=state.row.until,
                error=state.errors["until"],
            ),
            ui.text_area(
                "why", "Причина", rows=3, count_to=1000, error=state.errors["why"], key="why" + state.taken.to_string()
            ),
            rx.el.div(
                ui.button("Не продлевать", kind="quiet", **ui.closes()),
                ui.submit("Продлить"),
                class_name="dialog-actions",
            ),
            on_submit=state.prolong,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id="prolong",
        title="Продлить этап",
    )


def _cancel() -> rx.Component:
    state = ContestDeskState
    return ui.dialog(
        rx.el.form(
            rx.el.p(
                "Это нельзя отменить: конкурс закончится без итогов, проекты освободятся, каждый заявитель получит письмо "
                "с причиной. Конкурс останется в списке как отменённый.",
                class_name="muted",
            ),
            ui.text_area("reason", "Причина, её увидят все", rows=4, count_to=1000, error=state.errors["reason"]),
            rx.el.div(
                ui.button("Не отменять", kind="quiet", **ui.closes()),
                ui.submit("Отменить конкурс", kind="danger"),
                class_name="dialog-actions",
            ),
            on_submit=state.cancel,
            class_name="stack",
            no_validate=True,
        ),
        dialog_id="cancel",
        title="Отменить конкурс?",
    )


def _texts() -> rx.Component:
    state = ContestDeskState
    row = state.row
    key = state.taken.to_string()
    return ui.card(
        rx.el.details(
            rx.el.summary(ui.icon("chevron-right"), "Уточнить тексты"),
            rx.el.p(
                "Условия объявленного конкурса не меняются. Тексты можно уточнять, пока проекты не начали оценивать: "
                "правка будет видна всем в истории.",
                class_name="lead-line",
            ),
            rx.el.form(
                ui.text_field(
                    "title",
                    "Название",
                    default_value=row.title,
                    count_to=120,
                    error=state.errors["title"],
                    key="t" + key,
                ),
                ui.text_area(
                    "summary",
                    "Для чего конкурс",
                    default_value=row.summary,
                    count_to=400,
                    rows=3,
                    error=state.errors["summary"],
                    key="s" + key,
                ),
                ui.text_area(
                    "rules",
                    "Дополнительные условия",
                    default_value=row.rules,
                    count_to=8000,
                    required=False,
                    rows=6,
                    error=state.errors["rules"],
                    key="r" + key,
                ),
                rx.el.div(ui.submit("Сохранить тексты", kind="tint"), class_name="form-actions"),
                on_submit=state.save_texts,
                class_name="stack",
                no_validate=True,
            ),
            class_name="preview",
        ),
        class_name="extra",
    )


PAGES = [
    Page(
        "/office/contests/[contest_id]",
        desk_page,
        "Конкурс в работе — ЕЛКА",
        on_load=[ContestDeskState.load, ContestCorrectionsState.load, ViewerState.load],
    ),
]
