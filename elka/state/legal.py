"""Older versions of the documents that people agree to: a consent leads to the very text it was given to."""

from __future__ import annotations

import reflex as rx
import sqlalchemy as sa
from sqlmodel import col

from elka.data.documents import Block, blocks
from elka.db import Work
from elka.errors import NotFound
from elka.models.consents import ConsentDocument, ConsentKind
from elka.state.base import Events, Flow
from elka.ui import labels


class LegalState(Flow, rx.State):
    """A version that is not the one in force; "" and nothing while that one is read."""

    version: str = ""
    blocks: list[Block] = []

    @rx.event
    async def load(self) -> Events:
        """Bring the version that the address asks for."""
        slug = self.router.url.path.rstrip("/").rsplit("/", 1)[-1]
        self.version, self.blocks = "", []
        return await self._load(self._older, slug, self._query("version"), into=self._show)

    def _show(self, found: tuple[str, list[Block]]) -> None:
        self.version, self.blocks = found

    @staticmethod
    def _older(work: Work, slug: object, version: object) -> tuple[str, list[Block]]:
        """Return (its name, its text) for an older version, ("", []) for the one in force."""
        kind = next((one for one in ConsentKind if one.slug == slug), None)
        newest = ConsentDocument.newest(work.session)
        if kind is None or kind not in newest:
            raise NotFound
        wanted = str(version)
        if not wanted.isdecimal() or not wanted.isascii() or int(wanted) == newest[kind].version:
            return "", []
        document = work.session.execute(
            sa.select(ConsentDocument).where(
                col(ConsentDocument.kind) == kind, col(ConsentDocument.version) == min(int(wanted), 10**6)
            )
        ).scalar_one_or_none()
        if document is None:
            return "", []
        name = f"Прежняя редакция {document.version} от {labels.date(document.published_at)}, теперь не действует."
        return name, blocks(document.text)
