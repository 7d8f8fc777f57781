"""Sign-up, sign-in, a forgotten password, and the links from letters."""

from typing import Any

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.people import SignUpState
from elka.state.sign_in import ConfirmState, RestoreState, SignInState
from elka.state.viewer import ViewerState


def sign_up_page() -> rx.Component:
    """Ask for an account; afterwards say where the letter went."""
    sent = SignUpState.sent_to != ""
    return _form_page(
        rx.cond(
            sent,
            _letter_sent(
                SignUpState.sent_to,
                "Откройте ссылку из письма — и вы на платформе. Ссылка действует три дня.",
                SignUpState.mail_page,
                ui.button("Изменить адрес", kind="quiet", on_click=SignUpState.correct),
                ui.submit("Отправить ещё раз", kind="plain", form="sign-up", busy=SignUpState.busy),
            ),
            rx.el.p(
                "Уже есть аккаунт? ",
                ui.text_link("Войдите", href="/sign-in" + ViewerState.back),
                ".",
                class_name="muted",
                id="have-account",
            ),
        ),
        _fault(SignUpState),
        # The form stays in the page: what was typed is there if the address has to be corrected.
        rx.el.div(_sign_up_form(), hidden=sent),
        title="Регистрация",
        lead="Предлагайте идеи, собирайте группу и голосуйте. Займёт две минуты.",
    )


def _sign_up_form() -> rx.Component:
    error = SignUpState.errors
    leave = SignUpState.check
    return rx.el.form(
        _part(
            "О вас",
            ui.text_field(
                "last_name",
                "Фамилия",
                error=error["last_name"],
                auto_complete="family-name",
                on_blur=lambda value: leave("last_name", value),
            ),
            ui.text_field(
                "first_name",
                "Имя",
                error=error["first_name"],
                auto_complete="given-name",
                on_blur=lambda value: leave("first_name", value),
            ),
            ui.text_field(
                "patronymic",
                "Отчество",
                error=error["patronymic"],
                required=False,
                auto_complete="additional-name",
                on_blur=lambda value: leave("patronymic", value),
            ),
            settlement_field(SignUpState.places, error["settlement"], on_blur=lambda value: leave("settlement", value)),
            ui.date_field(
                "birth_date",
                "Дата рождения",
                error=error["birth_date"],
                auto_complete="bday",
                hint="От неё зависит, где вы можете голосовать. Никому не показываем.",
                on_change=SignUpState.check_birth,
            ),
            rx.cond(SignUpState.age == "child", _too_young()),
        ),
        rx.el.div(
            _part(
                "Согласие родителя или опекуна",
                ui.notice(
                    "До 18 лет нужно согласие родителя или опекуна. Покажите ему этот раздел: имя, телефон и отметку "
                    "ставит он сам.",
                    tone="calm",
                ),
                ui.text_field(
                    "representative_name",
                    "Фамилия, имя, отчество родителя или опекуна",
                    error=error["representative_name"],
                    on_blur=lambda value: leave("representative_name", value),
                ),
                ui.phone_field(
                    "representative_phone",
                    "Его телефон",
                    error=error["representative_phone"],
                    auto_complete="off",
                    on_blur=lambda value: leave("representative_phone", value),
                ),
                ui.checkbox(
                    "consent_representative",
                    rx.fragment(
                        "Я законный представитель и даю ",
                        _document("согласие на регистрацию", "representative"),
                    ),
                    error=error["consent_representative"],
                    on_change=lambda _: SignUpState.typed("consent_representative"),
                ),
            ),
            hidden=SignUpState.age != "teen",
        ),
        _part(
            "Связь и вход",
            ui.email_field(
                error=error["email"],
                hint="На неё придёт ссылка для входа.",
                on_blur=lambda value: leave("email", value),
            ),
            ui.phone_field(error=error["phone"], on_blur=lambda value: leave("phone", value)),
            ui.password_field(
                error=error["password"],
                new=True,
                hint="Не меньше 10 знаков. Удобно взять три-четыре случайных слова.",
                on_blur=SignUpState.typed("password"),
            ),
        ),
        _part(
            "Согласия",
            ui.checkbox(
                "consent_personal_data",
                rx.fragment("Даю ", _document("согласие на обработку персональных данных", "personal-data")),
                error=error["consent_personal_data"],
                on_change=lambda _: SignUpState.typed("consent_personal_data"),
            ),
            ui.checkbox(
                "consent_rules",
                rx.fragment("Принимаю ", _document("правила платформы", "rules")),
                error=error["consent_rules"],
                on_change=lambda _: SignUpState.typed("consent_rules"),
            ),
            ui.checkbox(
                "consent_publication",
                rx.fragment("Разрешаю ", _document("показывать всем моё имя и фамилию", "publication")),
                hint="Необязательно. Без этого рядом с вашими проектами будет только имя.",
            ),
        ),
        ui.submit("Зарегистрироваться", large=True, full=True, busy=SignUpState.busy),
        id="sign-up",
        on_submit=SignUpState.send,
        reset_on_submit=False,
        no_validate=True,
        custom_attrs={"data-draft": ""},
        class_name="stack",
    )


def settlement_field(
    places: rx.Var, error: rx.Var, hint: str = "Начните вводить название.", **props: Any
) -> rx.Component:
    """Ask for a settlement: typing searches in the list of all, the browser's own way."""
    return rx.fragment(
        ui.text_field(
            "settlement",
            "Населённый пункт",
            error=error,
            hint=hint,
            icon_name="map-pin",
            auto_complete="off",
            list="settlements",
            placeholder="Игрим, Берёзовский район",
            **props,
        ),
        rx.el.datalist(rx.foreach(places, lambda place: rx.el.option(value=place)), id="settlements"),
    )


def _too_young() -> rx.Component:
    return ui.notice(
        rx.el.p(
            "Смотреть проекты и конкурсы можно уже сейчас, без аккаунта. А идею расскажите родителям или учителю: "
            "они подадут её, и группа соберётся вместе с вами."
        ),
        title="Аккаунт можно завести с 14 лет",
        icon_name="sprout",
        actions=(ui.link_button("Смотреть проекты", href="/projects", kind="tint"),),
    )


def sign_in_page() -> rx.Component:
    """Ask for e-mail and password."""
    error = SignInState.errors
    return _form_page(
        rx.cond(
            SignInState.unconfirmed,
            ui.notice(
                "Мы отправили письмо на ",
                rx.el.strong(SignInState.unconfirmed),
                ". Откройте ссылку из него.",
                title="Почта ещё не подтверждена",
                tone="warn",
                actions=(_mail_link(SignInState.mail_page),),
            ),
        ),
        _fault(SignInState),
        ui.card(
            rx.el.form(
                ui.email_field(error=error["email"]),
                ui.password_field(error=error["password"]),
                rx.el.p(ui.text_link("Не помню пароль", href="/restore" + ViewerState.back), class_name="small"),
                ui.submit("Войти", large=True, full=True, busy=SignInState.busy),
                id="sign-in",
                on_submit=SignInState.enter,
                reset_on_submit=False,
                no_validate=True,
                class_name="stack",
            ),
        ),
        rx.el.p(
            "Ещё нет аккаунта? ",
            ui.text_link("Зарегистрируйтесь", href="/sign-up" + ViewerState.back),
            ".",
            class_name="muted",
        ),
        rx.cond(
            ViewerState.demo,
            ui.link_button("Войти как персонаж демонстрации", href="/demo", kind="quiet", icon_name="users-round"),
        ),
        title="Вход",
    )


def restore_page() -> rx.Component:
    """Ask where to send a link for a new password."""
    return _form_page(
        rx.cond(
            RestoreState.sent_to,
            _letter_sent(
                RestoreState.sent_to,
                "Если с этой почтой есть аккаунт, в письме будет ссылка, чтобы задать новый пароль. "
                "Она действует один час.",
                RestoreState.mail_page,
                ui.link_button("Вернуться ко входу", href="/sign-in" + ViewerState.back, kind="quiet"),
            ),
            ui.card(
                rx.el.form(
                    ui.email_field(error=RestoreState.errors["email"], hint="С которой вы регистрировались."),
                    ui.submit("Отправить ссылку", large=True, full=True, busy=RestoreState.busy),
                    id="restore",
                    on_submit=RestoreState.ask,
                    reset_on_submit=False,
                    no_validate=True,
                    class_name="stack",
                ),
            ),
        ),
        title="Забыли пароль?",
        lead="Пришлём ссылку, чтобы задать новый.",
        crumbs=(("Вход", "/sign-in"), ("Новый пароль", "")),
    )


def new_password_page() -> rx.Component:
    """Ask for a new password, for whoever holds the link."""
    return _form_page(
        _by_status(
            RestoreState,
            ui.card(
                rx.el.form(
                    ui.password_field(
                        label="Новый пароль",
                        new=True,
                        error=RestoreState.errors["password"],
                        hint="Не меньше 10 знаков. Удобно взять три-четыре случайных слова.",
                    ),
                    ui.submit("Сохранить и войти", large=True, full=True, busy=RestoreState.busy),
                    id="new-password",
                    on_submit=RestoreState.change,
                    reset_on_submit=False,
                    no_validate=True,
                    class_name="stack",
                ),
            ),
            ui.link_button("Запросить новую ссылку", href="/restore" + ViewerState.back),
        ),
        title="Новый пароль",
        lead="На остальных устройствах нужно будет войти заново.",
    )


def confirm_page() -> rx.Component:
    """Ask to confirm an address by a press: programs that check mail open links, but press nothing."""
    row = ConfirmState.row
    return _form_page(
        _by_status(
            ConfirmState,
            rx.cond(
                ConfirmState.confirmed & row.is_change,
                ui.notice(
                    "Теперь входите с адресом ",
                    rx.el.strong(row.email),
                    ".",
                    title="Почта подтверждена",
                    tone="ok",
                    actions=(ui.link_button("К настройкам", href="/me/settings", kind="tint"),),
                ),
                ui.card(
                    rx.el.h2(rx.cond(row.first_name != "", f"Здравствуйте, {row.first_name}!", ""), class_name="h3"),
                    rx.el.p("Ваша почта — ", rx.el.strong(row.email), "?"),
                    ui.button(
                        rx.cond(row.is_change, "Подтвердить почту", "Подтвердить и войти"),
                        large=True,
                        full=True,
                        on_click=ConfirmState.confirm,
                    ),
                    class_name="stack",
                ),
            ),
            ui.link_button("Войти", href="/sign-in" + ViewerState.back),
        ),
        title="Подтверждение почты",
    )


def _form_page(*children: rx.Component, **header: Any) -> rx.Component:
    return ui.page(rx.el.div(*children, class_name="stack"), width="form", **header)


def _by_status(state: type[ConfirmState | RestoreState], ready: rx.Component, way_out: rx.Component) -> rx.Component:
    """Show a page of a link: being checked, good, or dead with a way out."""
    return rx.match(
        state.status,
        ("ready", ready),
        ("loading", ui.card(ui.skeleton("text", 3))),
        ui.card(
            rx.el.span(ui.icon("link-2-off"), class_name="tile-icon", aria_hidden="true"),
            rx.el.h2("Ссылка не сработала", class_name="h3"),
            rx.el.p(state.fault),
            rx.el.div(way_out, class_name="row"),
            class_name="stack",
        ),
    )


def _letter_sent(address: rx.Var, text: str, mail_page: rx.Var, *actions: rx.Component) -> rx.Component:
    return ui.card(
        rx.el.span(ui.icon("mail-check"), class_name="tile-icon", aria_hidden="true"),
        rx.el.h2("Проверьте почту", class_name="h3"),
        rx.el.p("Письмо ушло на ", rx.el.strong(address), ". ", text),
        rx.el.p("Не видно? Загляните в «Спам» и подождите пару минут.", class_name="muted small"),
        rx.el.div(_mail_link(mail_page), *actions, class_name="row row-s"),
        class_name="stack",
        role="status",
    )


def _mail_link(mail_page: rx.Var) -> rx.Component:
    return rx.cond(mail_page, ui.link_button("Открыть письма", href="/demo/mail", icon_name="mail"))


def _fault(state: type[SignUpState | SignInState]) -> rx.Component:
    return rx.cond(state.status == "error", ui.notice(state.fault, tone="error"))


def _part(title: str, *fields: rx.Component) -> rx.Component:
    return ui.card(rx.el.h2(title, class_name="h3"), *fields, class_name="stack")


def _document(text: str, slug: str) -> rx.Component:
    return ui.link(text, href=f"/legal/{slug}", class_name="link", target="_blank")


PAGES = [
    Page(
        "/sign-up",
        sign_up_page,
        "Регистрация — ЕЛКА",
        [SignUpState.load, ViewerState.load],
        "Регистрация жителя Югры на платформе инициатив ЕЛКА.",
    ),
    Page("/sign-in", sign_in_page, "Вход — ЕЛКА", [SignInState.load, ViewerState.load], "Вход на платформу ЕЛКА."),
    Page("/restore", restore_page, "Забыли пароль? — ЕЛКА", [RestoreState.load, ViewerState.load]),
    Page("/restore/[mail_code]", new_password_page, "Новый пароль — ЕЛКА", [RestoreState.open, ViewerState.load]),
    Page("/confirm/[mail_code]", confirm_page, "Подтверждение почты — ЕЛКА", [ConfirmState.load, ViewerState.load]),
]
