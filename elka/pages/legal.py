"""The documents that people agree to. The text in force stands in the page itself; older versions come on demand."""

from collections.abc import Callable
from itertools import groupby

import reflex as rx

from elka import ui
from elka.data.documents import Block, Document, blocks, documents
from elka.pages import Page
from elka.state.legal import LegalState
from elka.state.viewer import ViewerState
from elka.ui.labels import date


def _page_of(document: Document) -> Callable[[], rx.Component]:
    def draw() -> rx.Component:
        return ui.page(
            ui.notice(
                "Образец. До начала работы текст утверждает юрист оператора: он вписывает наименование, адрес и ИНН.",
                tone="warn",
            ),
            rx.cond(
                LegalState.version != "",
                rx.el.div(
                    ui.notice(
                        LegalState.version,
                        actions=(
                            ui.link_button(
                                "Действующая редакция", href=f"/legal/{document.kind.slug}", kind="tint", native=True
                            ),
                        ),
                    ),
                    rx.el.article(rx.foreach(LegalState.blocks, _drawn), class_name="prose card"),
                    class_name="stack",
                ),
                rx.el.article(*_static(blocks(document.text)), class_name="prose card"),
            ),
            title=document.title,
            lead=f"Редакция {document.version} от {date(document.published)}",
            width="text",
        )

    return draw


def _static(found: list[Block]) -> list[rx.Component]:
    drawn: list[rx.Component] = []
    for kind, group in groupby(found, key=lambda block: block.kind):
        if kind == "li":
            drawn.append(rx.el.ul(*[rx.el.li(block.text) for block in group]))
        else:
            drawn.extend((rx.el.h2 if kind == "h2" else rx.el.p)(block.text) for block in group)
    return drawn


def _drawn(block: Block) -> rx.Component:
    return rx.match(
        block.kind,
        ("h2", rx.el.h2(block.text)),
        ("li", rx.el.ul(rx.el.li(block.text))),
        rx.el.p(block.text),
    )


PAGES = [
    Page(
        f"/legal/{document.kind.slug}",
        _page_of(document),
        f"{document.title} — ЕЛКА",
        [LegalState.load, ViewerState.load],
        f"{document.title}: редакция {document.version}.",
    )
    for document in documents().values()
]
