"""Older versions of documents: found by number, and never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest

from elka.db import Work
from elka.errors import NotFound
from elka.models.consents import ConsentDocument, ConsentKind
from elka.state.legal import LegalState


def test_the_version_in_force_stands_in_the_page_itself(work: Work) -> None:
    for asked in ("", "1", "999", "-1", "x", "9" * 180, "²", None):
        assert LegalState._older(work, "rules", asked) == ("", [])


def test_an_older_version_is_brought(work: Work) -> None:
    with work.session.begin_nested() as trial:
        work.session.add(
            ConsentDocument(
                kind=ConsentKind.RULES, version=2, title="Правила", text="Новое.", sha256="0", published_at=work.now
            )
        )
        work.session.flush()
        name, blocks = LegalState._older(work, "rules", "1")
        assert name.startswith("Прежняя редакция 1 от 1\u00a0ноября\u00a02026")
        assert blocks[0].text.startswith("ЕЛКА")
        assert LegalState._older(work, "rules", "2") == ("", [])
        trial.rollback()


@pytest.mark.parametrize("slug", ["", "other", "personal_data", None, 5, ["rules"]])
def test_other_addresses_are_no_documents(work: Work, slug: Any) -> None:
    with pytest.raises(NotFound):
        LegalState._older(work, slug, "1")
