"""The doors of the demo region: «войти как…», and the letters that are not sent."""

import reflex as rx

from elka import ui
from elka.pages import Page
from elka.state.demo import DemoState, LetterRow, MailPageState, PersonaRow, Piece
from elka.state.viewer import ViewerState


def demo_page() -> rx.Component:
    """Show the people whom anybody may become."""
    return ui.page(
        rx.match(
            DemoState.status,
            (
                "ready",
                rx.el.div(
                    rx.cond(
                        DemoState.personas.length() > 0,
                        rx.el.div(rx.foreach(DemoState.personas, _persona), class_name="grid"),
                        ui.empty_state(
                            "Персонажи ещё не загружены",
                            "Выполните команду elka demo и обновите страницу.",
                            icon_name="users-round",
                        ),
                    ),
                    ui.notice(
                        "Можно и обычным путём: почта персонажа указана на карточке, пароль у всех один — ",
                        rx.el.code(DemoState.password),
                        ". Письма платформы никуда не уходят, их видно на странице писем.",
                        title="Как здесь всё устроено",
                        actions=(ui.link_button("Открыть письма", href="/demo/mail", kind="tint", icon_name="mail"),),
                    ),
                    class_name="stack stack-l",
                ),
            ),
            ("loading", ui.skeleton("cards", 6)),
            ("missing", ui.empty_state("Здесь ничего нет", "Демонстрация выключена.")),
            ui.error_state(text=DemoState.fault, on_retry=DemoState.load),
        ),
        title="Войти как…",
        lead="Попробуйте платформу глазами разных людей. Все они вымышлены, менять и портить можно всё.",
    )


def _persona(row: PersonaRow) -> rx.Component:
    return ui.card(
        rx.el.div(
            ui.avatar(row.initials, tone=row.tone),
            rx.el.div(
                rx.el.h2(row.name, class_name="h3"),
                rx.el.p(row.duty, class_name="muted"),
                class_name="grow",
            ),
            class_name="row",
            style={"flexWrap": "nowrap"},
        ),
        rx.el.p(row.about, class_name="grow"),
        rx.el.p(ui.mark("map-pin", row.place), class_name="muted small"),
        rx.el.p(row.email, class_name="muted tiny"),
        rx.cond(
            DemoState.current == row.key,
            ui.badge("Вы сейчас — этот человек", "green", "check"),
            ui.button(
                "Войти", kind="tint", full=True, on_click=DemoState.enter(row.key), aria_label="Войти как " + row.name
            ),
        ),
        class_name="stack",
    )


def mail_page() -> rx.Component:
    """Show the letters instead of a mailbox."""
    return ui.page(
        rx.match(
            MailPageState.status,
            ("ready", _letters()),
            ("loading", ui.skeleton("rows", 4)),
            (
                "missing",
                ui.empty_state(
                    "Писем здесь нет",
                    "Эта страница есть только в демонстрации без почтового сервера.",
                    ui.link_button("На главную", href="/"),
                    icon_name="mail",
                ),
            ),
            ui.error_state(text=MailPageState.fault, on_retry=MailPageState.load),
        ),
        title="Письма",
        lead="Почтовый сервер не настроен, поэтому письма платформы лежат здесь. На настоящем сайте этой страницы нет.",
        crumbs=(("Войти как…", "/demo"), ("Письма", "")),
        width="text",
    )


def _letters() -> rx.Component:
    return rx.el.div(
        rx.el.form(
            ui.email_field(
                "address",
                "Письма на адрес",
                required=MailPageState.asks_address,
                error=MailPageState.errors["address"],
                default_value=MailPageState.address,
            ),
            rx.el.div(ui.submit("Показать", kind="quiet"), class_name="row"),
            on_submit=MailPageState.look,
            reset_on_submit=False,
            no_validate=True,
            class_name="stack",
        ),
        rx.cond(
            MailPageState.letters.length() > 0,
            rx.el.div(rx.foreach(MailPageState.letters, _letter), class_name="stack"),
            ui.empty_state(
                "Писем пока нет",
                "Зарегистрируйтесь или запросите новый пароль — письмо появится здесь.",
                icon_name="mail",
            ),
        ),
        class_name="stack stack-l",
    )


def _letter(row: LetterRow) -> rx.Component:
    return rx.el.article(
        rx.el.h2(row.subject, class_name="h3"),
        rx.el.p(row.address, " · ", row.sent, class_name="muted small"),
        rx.el.div(
            rx.foreach(row.lines, lambda line: rx.el.p(rx.foreach(line, _piece))),
            style={"overflowWrap": "anywhere", "marginTop": "0.75rem"},
        ),
        class_name="card",
    )


def _piece(piece: Piece) -> rx.Component:
    return rx.cond(
        piece.href != "", ui.link(piece.text, href=piece.href, class_name="link", native=True), rx.el.span(piece.text)
    )


PAGES = [
    Page("/demo", demo_page, "Войти как… — ЕЛКА", [DemoState.load, ViewerState.load], demo=True),
    Page("/demo/mail", mail_page, "Письма — ЕЛКА", [MailPageState.load, ViewerState.load], demo=True),
]
