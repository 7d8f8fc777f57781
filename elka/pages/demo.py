"""The doors of the demo region: «войти как…», and the letters that are not sent."""

import reflex as rx

from elka import ui
from elka.demo.personas import PASSWORD, PERSONAS, Persona
from elka.pages import Page
from elka.state.demo import DemoState, LetterRow, MailPageState, Piece
from elka.state.viewer import ViewerState
from elka.ui.labels import initials


def demo_page() -> rx.Component:
    """Show the people whom anybody may become."""
    return ui.page(
        rx.el.div(
            rx.match(
                DemoState.status,
                ("error", ui.notice(DemoState.fault, tone="error")),
                ("missing", ui.notice("Демонстрация выключена.", tone="error")),
                rx.cond(
                    (DemoState.status == "ready") & ~DemoState.is_loaded,
                    ui.notice("Персонажи ещё не загружены: выполните команду elka demo.", tone="warn"),
                ),
            ),
            rx.el.div(*[_persona(one) for one in PERSONAS], class_name="grid"),
            ui.notice(
                "Можно и обычным путём: почта персонажа указана на карточке, пароль у всех один — ",
                rx.el.code(PASSWORD),
                ". Письма платформы никуда не уходят, их видно на странице писем.",
                title="Как здесь всё устроено",
                actions=(ui.link_button("Открыть письма", href="/demo/mail", kind="quiet", icon_name="mail"),),
            ),
            class_name="stack stack-l",
        ),
        title="Войти как…",
        lead="Посмотрите на платформу глазами разных людей. Все они вымышлены, пробуйте смело.",
    )


def _persona(one: Persona) -> rx.Component:
    # Drawn when the pages are built: nothing jumps, nothing to wait for.
    return ui.card(
        rx.el.div(
            ui.avatar(initials(one.name), tone=ui.person_tone(one.name)),
            rx.el.div(
                rx.el.h2(one.name, class_name="h3"),
                rx.el.p(one.duty, class_name="muted"),
                class_name="grow",
            ),
            class_name="row",
            style={"flexWrap": "nowrap"},
        ),
        rx.el.p(one.about, class_name="grow"),
        rx.el.p(ui.mark("map-pin", one.settlement), class_name="muted small"),
        rx.el.p(one.email, class_name="muted tiny"),
        rx.cond(
            DemoState.current == one.key,
            ui.badge("Вы сейчас — этот человек", "green", "check"),
            ui.button(
                "Войти", kind="tint", full=True, on_click=DemoState.enter(one.key), aria_label=f"Войти: {one.name}"
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
            class_name="stack stack-s",
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
