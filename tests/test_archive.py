"""Backup and restore bring everything back: rows, files, key."""

from __future__ import annotations

import os
import stat
import tarfile
from pathlib import Path

import pytest
import sqlalchemy as sa

from elka import archive
from elka.db import engine_for, work_as
from elka.settings import settings
from tests import factories


def test_a_restored_backup_is_the_same_site(empty: sa.Engine, tmp_path: Path) -> None:
    site = settings()
    with work_as(bind=empty) as work:
        person = factories.person(work, email="saved@example.org")
        work.record("person.signed_up", "person", person.id)
    (site.files / "ab").mkdir(parents=True, exist_ok=True)
    (site.files / "ab" / "photo.webp").write_bytes(b"picture")
    file = tmp_path / "site.tar.gz"
    assert archive.backup(site, file) > 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with work_as(bind=empty) as work:
        factories.person(work, email="later@example.org")
    (site.files / "ab" / "photo.webp").unlink()
    empty.dispose()
    engine_for(os.environ["ELKA_DATABASE_URL"]).dispose()
    archive.restore(site, file)
    with empty.connect() as connection:
        assert connection.execute(sa.text("SELECT email FROM people")).scalars().all() == ["saved@example.org"]
        assert connection.execute(sa.text("SELECT count(*) FROM journal")).scalar_one() == 1
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            connection.execute(sa.text("DELETE FROM journal"))
    assert (site.files / "ab" / "photo.webp").read_bytes() == b"picture"


def test_exports_are_not_in_a_backup(empty: sa.Engine, tmp_path: Path) -> None:
    """They are made of what is there anyway, hold contacts, and live for a day."""
    site = settings()
    for name in ("exports/1.zip", "exports/2/part", "attachments/7/abc"):
        (site.files / name).parent.mkdir(parents=True, exist_ok=True)
        (site.files / name).write_bytes(b"x")
    file = tmp_path / "site.tar.gz"
    archive.backup(site, file)
    with tarfile.open(file) as tar:
        names = tar.getnames()
    assert "files/attachments/7/abc" in names
    assert not [name for name in names if "exports" in name]


def test_restore_refuses_a_running_site(empty: sa.Engine, tmp_path: Path) -> None:
    file = tmp_path / "site.tar.gz"
    archive.backup(settings(), file)
    root = engine_for(os.environ["ELKA_DATABASE_URL"] + "&application_name=other")
    with root.connect(), pytest.raises(archive.ArchiveFailed, match="running"):
        archive.restore(settings(), file)
    root.dispose()


def test_a_foreign_file_is_refused(tmp_path: Path, database: sa.Engine) -> None:
    plain = tmp_path / "plain.tar.gz"
    plain.write_text("not an archive")
    with pytest.raises(archive.ArchiveFailed, match="not a backup"):
        archive.restore(settings(), plain)
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as tar:
        tar.add(plain, "readme.txt")
    with pytest.raises(archive.ArchiveFailed, match="no database"):
        archive.restore(settings(), other)
