"""Settings of one's own account."""

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.pages.people import settlement_field
from elka.state.account import AccountState, BrowserRow
from elka.state.consents import ConsentRow
from elka.state.viewer import ViewerState

ERASING = (
    "Имя, почта, телефон и дата рождения сотрутся сразу, вход закроется на всех устройствах. "
    "Голоса и проекты останутся, но без вашего имени. Вернуть аккаунт нельзя."
)


def settings_page() -> rx.Component:
    """Show the account and what can be done with it."""
    return ui.page(
        rx.match(
            AccountState.status,
            ("ready", _ready()),
            ("loading", rx.el.div(*[ui.card(ui.skeleton("text", 4)) for _ in range(3)], class_name="stack")),
            ui.error_state(text=AccountState.fault, on_retry=AccountState.load),
        ),
        title="Настройки",
        crumbs=(("Кабинет", "/me"), ("Настройки", "")),
        active="cabinet",
        width="text",
    )


def _ready() -> rx.Component:
    return rx.el.div(
        rx.cond(
            AccountState.profile.is_persona,
            ui.notice(
                "Им пользуются многие, поэтому данные и пароль здесь не меняются. ",
                ui.text_link("Зарегистрируйтесь", href="/sign-up"),
                ", чтобы попробовать на своём аккаунте.",
                title="Это персонаж демонстрации",
            ),
        ),
        _profile(),
        _email(),
        _password(),
        _notices(),
        _browsers(),
        _consents(),
        _copy(),
        _erase(),
        class_name="stack",
    )


def _profile() -> rx.Component:
    row, error = AccountState.profile, AccountState.errors
    return _part(
        "Личные данные",
        rx.el.form(
            rx.el.div(
                ui.text_field(
                    "last_name",
                    "Фамилия",
                    default_value=row.last_name,
                    error=error["last_name"],
                    auto_complete="family-name",
                    read_only=row.is_verified,
                ),
                ui.text_field(
                    "first_name",
                    "Имя",
                    default_value=row.first_name,
                    error=error["first_name"],
                    auto_complete="given-name",
                    read_only=row.is_verified,
                ),
                ui.text_field(
                    "patronymic",
                    "Отчество",
                    default_value=row.patronymic,
                    error=error["patronymic"],
                    required=False,
                    auto_complete="additional-name",
                    read_only=row.is_verified,
                ),
                ui.date_field(
                    "birth_date",
                    "Дата рождения",
                    default_value=row.birth_date,
                    error=error["birth_date"],
                    auto_complete="bday",
                    read_only=row.is_verified,
                ),
                ui.phone_field(default_value=row.phone, error=error["phone"]),
                settlement_field(AccountState.places, error["settlement"], hint="", default_value=row.settlement),
                class_name="grid grid-form",
            ),
            rx.cond(
                row.is_verified,
                ui.notice("Имя и дата рождения подтверждены при верификации и здесь не меняются.", tone="calm"),
            ),
            rx.el.div(ui.submit("Сохранить", disabled=row.is_persona), class_name="row"),
            # A new key draws the fields anew with what was saved.
            key=row.to_string(),
            on_submit=AccountState.save,
            reset_on_submit=False,
            no_validate=True,
            class_name="stack",
        ),
    )


def _email() -> rx.Component:
    row, error = AccountState.profile, AccountState.errors
    return _part(
        "Почта",
        rx.el.p("Входите и получаете письма: ", rx.el.strong(row.email)),
        rx.cond(
            row.new_email != "",
            ui.notice(
                "Письмо со ссылкой ушло на ",
                rx.el.strong(row.new_email),
                ". Пока ссылку не открыли, почта остаётся прежней.",
                title="Новая почта ждёт подтверждения",
                actions=(
                    rx.cond(
                        AccountState.mail_page,
                        ui.link_button("Открыть письма", href="/demo/mail", kind="tint", icon_name="mail"),
                    ),
                ),
            ),
        ),
        _folded(
            "Сменить почту",
            rx.el.form(
                ui.email_field("new_email", "Новая почта", error=error["new_email"]),
                ui.password_field(
                    "email_password", "Ваш пароль", error=error["email_password"], hint="Чтобы убедиться, что это вы."
                ),
                rx.el.div(ui.submit("Отправить ссылку", disabled=row.is_persona), class_name="row"),
                id="email-form",
                on_submit=AccountState.change_email,
                reset_on_submit=False,
                no_validate=True,
                class_name="stack",
            ),
        ),
    )


def _password() -> rx.Component:
    error = AccountState.errors
    return _part(
        "Пароль",
        rx.el.p("После смены на остальных устройствах нужно будет войти заново.", class_name="muted"),
        _folded(
            "Сменить пароль",
            rx.el.form(
                ui.password_field("old_password", "Нынешний пароль", error=error["old_password"]),
                ui.password_field(
                    "password",
                    "Новый пароль",
                    error=error["password"],
                    new=True,
                    hint="Не меньше 10 знаков. Удобно взять три-четыре случайных слова.",
                ),
                rx.el.div(ui.submit("Сменить пароль", disabled=AccountState.profile.is_persona), class_name="row"),
                id="password-form",
                on_submit=AccountState.change_password,
                reset_on_submit=False,
                no_validate=True,
                class_name="stack",
            ),
        ),
    )


def _notices() -> rx.Component:
    return _part(
        "Уведомления",
        rx.el.p("О чём сообщать на сайте и о чём писать на почту: каждый вид включается отдельно.", class_name="muted"),
        rx.el.div(
            ui.link_button("Настроить", href="/me/notices/settings", kind="quiet", icon_name="bell"), class_name="row"
        ),
    )


def _browsers() -> rx.Component:
    return _part(
        "Где вы вошли",
        rx.el.p("Не узнаёте устройство? Выйдите на нём и смените пароль.", class_name="muted"),
        rx.el.ul(rx.foreach(AccountState.browsers, _browser), class_name="things"),
        rx.el.div(
            ui.confirm_button(
                "Выйти везде",
                dialog_id="leave-everywhere",
                title="Выйти на всех устройствах?",
                text="Войти снова понадобится и здесь.",
                confirm="Выйти везде",
                on_confirm=AccountState.end_all,
                icon_name="log-out",
            ),
            class_name="row",
        ),
    )


def _browser(row: BrowserRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.cond(row.is_handheld, ui.icon("smartphone"), ui.icon("monitor")),
            class_name="tile-icon",
            aria_hidden="true",
        ),
        rx.el.div(
            rx.el.p(row.name, ", ", row.seen, class_name="thing-title"),
            rx.el.p(row.since, class_name="thing-note"),
        ),
        rx.el.div(
            rx.cond(
                row.is_current,
                ui.badge("этот браузер", "green"),
                ui.button("Выйти", kind="quiet", on_click=AccountState.end(row.id), aria_label="Выйти: " + row.name),
            ),
            class_name="thing-end",
        ),
        class_name="thing",
    )


def _consents() -> rx.Component:
    return _part(
        "Согласия",
        rx.el.ul(rx.foreach(AccountState.consents, _consent), class_name="things"),
        rx.el.p(
            "Согласие на обработку данных и правила нужны, пока есть аккаунт: отозвать их — значит удалить аккаунт. "
            "Это можно сделать в любой день, ниже на этой странице.",
            class_name="muted small",
        ),
    )


def _consent(row: ConsentRow) -> rx.Component:
    return rx.el.li(
        rx.el.span(
            rx.cond(row.stands, ui.icon("circle-check"), ui.icon("circle")), class_name="tile-icon", aria_hidden="true"
        ),
        rx.el.div(
            rx.el.p(ui.link(row.title, href=row.href, native=True), class_name="strong"),
            rx.el.p(row.state, class_name="thing-note"),
        ),
        rx.el.div(
            rx.cond(
                row.has_newer,
                ui.button("Принять новую редакцию", kind="tint", on_click=AccountState.agree(row.kind)),
                rx.cond(
                    row.is_optional,
                    rx.cond(
                        row.stands,
                        ui.button("Отозвать", kind="quiet", on_click=AccountState.withdraw(row.kind)),
                        ui.button("Дать согласие", kind="tint", on_click=AccountState.agree(row.kind)),
                    ),
                    rx.cond(row.stands, ui.button("Отозвать", kind="quiet", **ui.opens("erase"))),
                ),
            ),
            class_name="thing-end",
        ),
        class_name="thing",
    )


def _copy() -> rx.Component:
    return _part(
        "Копия ваших данных",
        rx.el.p(
            "Всё, что платформа хранит о вас: данные, согласия, входы, проекты, заявки, участие в голосованиях. "
            "За кого вы голосовали, в файл не попадает: так голос нельзя продать.",
            class_name="muted",
        ),
        rx.el.div(
            ui.link_button("Скачать, JSON", href="/me/copy.json", kind="quiet", icon_name="download", native=True),
            class_name="row",
        ),
    )


def _erase() -> rx.Component:
    return _part(
        "Удаление аккаунта",
        rx.el.p(ERASING, class_name="muted"),
        rx.el.div(
            ui.button(
                "Удалить аккаунт",
                kind="danger-quiet",
                icon_name="trash-2",
                disabled=AccountState.profile.is_persona,
                **ui.opens("erase"),
            ),
            class_name="row",
        ),
        ui.dialog(
            rx.el.form(
                rx.el.p(ERASING),
                ui.password_field("erase_password", "Ваш пароль", error=AccountState.errors["erase_password"]),
                rx.el.div(
                    ui.button("Оставить аккаунт", kind="quiet", **ui.closes()),
                    ui.submit("Удалить навсегда", kind="danger", disabled=AccountState.profile.is_persona),
                    class_name="dialog-actions",
                ),
                on_submit=AccountState.erase,
                reset_on_submit=False,
                no_validate=True,
                class_name="stack",
            ),
            dialog_id="erase",
            title="Удалить аккаунт навсегда?",
        ),
    )


def _part(title: str, *children: rx.Component) -> rx.Component:
    return ui.card(rx.el.h2(title, class_name="h3"), *children, class_name="stack")


def _folded(title: str, form: rx.Component) -> rx.Component:
    return rx.el.details(
        rx.el.summary(title, class_name="btn btn-quiet"), rx.el.div(form, style={"marginTop": "1.25rem"})
    )


PAGES = [Page("/me/settings", settings_page, "Настройки — ЕЛКА", [AccountState.load, ViewerState.load])]
