"""Documents that people agree to: one text for ever, found by kind."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from elka.data import documents, reference
from elka.db import Work
from elka.models.consents import ConsentDocument, ConsentKind


def test_every_kind_has_a_document_with_the_hash_of_its_text(work: Work) -> None:
    newest = ConsentDocument.newest(work.session)
    assert set(newest) == set(ConsentKind)
    for document in newest.values():
        assert document.sha256 == documents.text_hash(document.title, document.text)
        assert document.text == documents.documents()[document.kind].text


def test_a_published_text_never_changes(work: Work) -> None:
    for statement in ("UPDATE consent_documents SET text = 'x'", "DELETE FROM consent_documents"):
        with pytest.raises(DBAPIError, match="append-only"), work.session.begin_nested():
            work.session.execute(sa.text(statement))


def test_an_edited_text_needs_a_new_version(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = documents.documents()[ConsentKind.RULES]
    monkeypatch.setattr(reference, "documents", lambda: {rules.kind: replace(rules, text="Иное.")})
    with pytest.raises(reference.DocumentChanged, match="Raise its version"):
        reference.load_reference(work.session)
    monkeypatch.setattr(reference, "documents", lambda: {rules.kind: replace(rules, text="Иное.", version=2)})
    with work.session.begin_nested() as trial:
        reference.load_reference(work.session)
        assert ConsentDocument.newest(work.session)[rules.kind].version == 2
        trial.rollback()


def test_a_text_falls_into_blocks() -> None:
    assert documents.blocks("Вступление.\n\n## Глава\n\n- раз;\n- два.\n\nКонец.") == [
        documents.Block("p", "Вступление."),
        documents.Block("h2", "Глава"),
        documents.Block("li", "раз;"),
        documents.Block("li", "два."),
        documents.Block("p", "Конец."),
    ]
