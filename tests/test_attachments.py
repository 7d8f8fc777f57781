"""Files of applications on disk: examined, kept under their checksum, swept when nobody needs them."""

from __future__ import annotations

import io
import os
import time
from hashlib import sha256
from pathlib import Path

import pytest

from elka import attachments
from elka.core.filetypes import BadFile
from elka.core.formfields import FileType
from elka.settings import settings
from tests import files


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "home", tmp_path)


def test_a_file_is_examined() -> None:
    data = files.picture("JPEG")
    found = attachments.examine(io.BytesIO(data), "../двор.PNG")
    assert found == attachments.Arrived(
        "двор.PNG.jpg", FileType.IMAGE, "image/jpeg", len(data), sha256(data).hexdigest()
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (files.picture_bomb(), "слишком много точек"),
        (files.picture_bomb(60_000), "слишком много точек"),
        (files.picture("PNG")[:-300], "повреждена"),
        (files.picture("JPEG", (900, 700))[:-2000], "повреждена"),
        (files.picture("WEBP")[:40], "повреждена"),
        (b"\xff\xd8\xff" + b"x" * 500, "повреждена"),
    ],
)
def test_a_picture_that_does_not_open_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadFile, match=said):
        attachments.examine(io.BytesIO(data), "фото.png")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_an_examined_file_can_still_be_kept(kind: str) -> None:
    """Neither Pillow nor zipfile closes what it was given to look at."""
    file = io.BytesIO(files.picture(kind))
    found = attachments.examine(file, "фото")
    attachments.keep(7, file, found.sha256)
    path = attachments.path_of(7, found.sha256)
    assert path.read_bytes() == file.getvalue()
    assert path.is_relative_to(settings().files / "attachments" / "7")


def test_the_same_file_twice_lies_there_once() -> None:
    file = io.BytesIO(files.CSV)
    checksum = attachments.examine(file, "смета.csv").sha256
    attachments.keep(7, file, checksum)
    path = attachments.path_of(7, checksum)
    os.utime(path, (0, 0))
    attachments.keep(7, file, checksum)
    assert [one.name for one in path.parent.iterdir()] == [checksum]
    assert path.stat().st_mtime > 0  # it is asked for anew: nobody sweeps it away now


def test_a_failed_write_leaves_nothing() -> None:
    class Torn(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(f"no more than {size}")

    with pytest.raises(OSError, match="no more"):
        attachments.keep(7, Torn(), "a" * 64)
    assert list((settings().files / "attachments" / "7").iterdir()) == []


def test_sweeping_takes_only_what_is_old_and_unknown() -> None:
    names = ("known", "fresh", "old")
    for name in names:
        attachments.keep(7, io.BytesIO(name.encode()), name)
    day_ago = time.time() - 100_000
    for name in ("known", "old"):
        os.utime(attachments.path_of(7, name), (day_ago, day_ago))
    (folder,) = attachments.folders()
    assert attachments.sweep(folder, {"known"}, before=time.time() - 86_400) == 1
    assert sorted(one.name for one in folder.iterdir()) == ["fresh", "known"]
    assert attachments.sweep(folder, set(), before=time.time() + 1) == 2
    assert attachments.folders() == []
