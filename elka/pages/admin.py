"""The administrator's page: who holds which role."""

import reflex as rx

from elka import ui
from elka.core.actor import Role
from elka.pages import Page
from elka.state.roles import DUTIES, NAMES, REGION, GrantRow, RolesState
from elka.state.viewer import ViewerState

COLUMNS = (
    ui.Column("person", "Человек"),
    ui.Column("role", "Роль"),
    ui.Column("place", "Где"),
    ui.Column("granted", "С какого дня"),
    ui.Column("act", "Действие", end=True),
)
OPTIONS = tuple(ui.Option(role.value, NAMES[role], DUTIES[role]) for role in Role)


def roles_page() -> rx.Component:
    """Show all standing roles, find a person, grant and revoke."""
    return ui.page(
        rx.match(
            RolesState.status,
            ("ready", rx.el.div(_find(), _list(), class_name="stack stack-l")),
            ("loading", ui.skeleton("rows", 4)),
            ui.error_state("Страница не открылась", RolesState.fault, on_retry=RolesState.load),
        ),
        title="Роли",
        lead="Кто ведёт конкурсы, оценивает и следит за порядком. Каждое изменение попадает в журнал.",
        active="office",
    )


def _find() -> rx.Component:
    found, error = RolesState.found, RolesState.errors
    return ui.card(
        rx.el.h2("Выдать роль", class_name="h3"),
        rx.el.form(
            ui.email_field(label="Почта человека", error=error["email"], auto_complete="off"),
            rx.el.div(ui.submit("Найти", kind="quiet", icon_name="search"), class_name="row"),
            on_submit=RolesState.find,
            reset_on_submit=False,
            no_validate=True,
            class_name="stack",
        ),
        rx.cond(
            found.email != "",
            rx.el.form(
                ui.notice(
                    rx.el.p(found.settlement, " · ", found.email),
                    rx.cond(found.roles != "", rx.el.p("Уже есть роли: ", found.roles)),
                    title=found.person,
                    tone="calm",
                    icon_name="user-check",
                ),
                ui.radio_group("role", "Роль", OPTIONS, error=error["role"]),
                ui.select_field(
                    "place",
                    "Где действует",
                    RolesState.options,
                    error=error["place"],
                    blank="",
                    default_value=REGION,
                ),
                rx.el.div(ui.submit("Выдать роль"), class_name="row"),
                key=found.email + found.roles,
                on_submit=RolesState.grant,
                reset_on_submit=False,
                no_validate=True,
                class_name="stack",
            ),
        ),
        class_name="stack",
    )


def _list() -> rx.Component:
    return ui.section(
        ui.data_table(COLUMNS, RolesState.rows, _cells, caption="Действующие роли"),
        title="Действующие роли",
    )


def _cells(row: GrantRow) -> tuple[rx.Component, ...]:
    dialog_id = f"revoke-{row.id}"
    return (
        rx.el.div(rx.el.p(row.person, class_name="strong"), rx.el.p(row.email, class_name="muted small")),
        rx.el.span(row.role),
        rx.el.span(row.place),
        rx.el.span(row.granted),
        rx.el.div(
            ui.confirm_button(
                "Снять",
                dialog_id=dialog_id,
                title="Снять роль?",
                text=rx.el.p(row.person, ": ", row.role, ", ", row.place, ". Права пропадут сразу."),
                confirm="Снять роль",
                on_confirm=RolesState.revoke(row.id),
            ),
            style={"& dialog": {"textAlign": "start"}},
        ),
    )


PAGES = [Page("/admin/roles", roles_page, "Роли — ЕЛКА", [RolesState.load, ViewerState.load])]
