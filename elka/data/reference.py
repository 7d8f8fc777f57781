"""The reference tables: municipalities, settlements, directions, consent documents. Loading again changes nothing."""

from __future__ import annotations

import csv
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from elka.clock import from_local
from elka.data.documents import documents
from elka.models.consents import ConsentDocument
from elka.models.places import Direction, Municipality, Settlement

if TYPE_CHECKING:
    from sqlmodel import Session

HERE = Path(__file__).parent


class DocumentChanged(Exception):  # noqa: N818  read as a sentence by the operator
    """A published text was edited without raising its version: people have agreed to another one."""


def _rows(name: str) -> list[dict[str, Any]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def load_reference(session: Session) -> None:
    """Insert what is missing; rows that an operator has changed stay as they are."""
    session.execute(
        insert(Municipality)
        .values(
            [
                {
                    "name": row["name"],
                    "full_name": row["full_name"],
                    "kind": row["kind"],
                    "centre": row["centre"],
                    "oktmo": row["oktmo"],
                    "population": int(row["population_2021"]),
                    "lat": float(row["lat"]),
                    "lon": float(row["lon"]),
                }
                for row in _rows("municipalities.csv")
            ]
        )
        .on_conflict_do_nothing()
    )
    places = {name: key for key, name in session.execute(sa.select(Municipality.id, Municipality.name))}
    session.execute(
        insert(Settlement)
        .values(
            [
                {
                    "name": row["name"],
                    "kind": row["kind"] or "",
                    "municipality_id": places[row["municipality"]],
                    "lat": float(row["lat"]) if row["lat"] else None,
                    "lon": float(row["lon"]) if row["lon"] else None,
                    "population": int(row["population_2021"]) if row["population_2021"] else None,
                }
                for row in _rows("settlements.csv")
            ]
        )
        .on_conflict_do_nothing()
    )
    session.execute(
        insert(Direction)
        .values(
            [
                {"key": row["key"], "name": row["name"], "icon": row["icon"], "motif": row["motif"], "position": place}
                for place, row in enumerate(_rows("directions.csv"))
            ]
        )
        .on_conflict_do_nothing()
    )
    _load_documents(session)


def _load_documents(session: Session) -> None:
    for document in documents().values():
        kept = session.execute(
            sa.select(ConsentDocument.sha256).where(
                ConsentDocument.kind == document.kind, ConsentDocument.version == document.version
            )
        ).scalar_one_or_none()
        if kept is None:
            session.execute(
                insert(ConsentDocument)
                .values(
                    kind=document.kind,
                    version=document.version,
                    title=document.title,
                    text=document.text,
                    sha256=document.sha256,
                    published_at=from_local(datetime.combine(document.published, time())),
                )
                .on_conflict_do_nothing()
            )
        elif kept != document.sha256:
            raise DocumentChanged(
                f"elka/data/consents: the text of «{document.title}» differs from its published version "
                f"{document.version}. Raise its version, or restore the text."
            )
