"""Files of applications: examined on arrival, kept as they came under their own checksum, never changed.

``files/attachments/APPLICATION/SHA256``: the same file sent twice lies there once. A file is written before its row and
removed after it, so that a row without its file would be a fault (``doctor`` looks), a file without its row only waste.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, UnidentifiedImageError

from elka.core.filenames import file_name
from elka.core.filetypes import JPEG, PNG, WEBP, BadFile, Kind, kind_of
from elka.settings import settings

if TYPE_CHECKING:
    from elka.core.formfields import FileType

MOST_PIXELS = 64_000_000
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_CHUNK = 2**20
_ENOUGH = (2000, 2000)  # a JPEG need not be decoded any larger to know that it is whole


@dataclass(frozen=True)
class Arrived:
    """A file that passed: its name made safe, what it is, bytes, checksum as hex."""

    name: str
    type: FileType
    media_type: str
    size: int
    sha256: str


def folder() -> Path:
    """Return the folder of all attachments."""
    return settings().files / "attachments"


def path_of(application_id: int, checksum: str) -> Path:
    """Return where a file lies."""
    return folder() / str(application_id) / checksum


def examine(file: BinaryIO, name: str) -> Arrived:
    """Tell what the file is and take its checksum; raise ``BadFile`` with words for the person."""
    size = file.seek(0, os.SEEK_END)
    kind = kind_of(file, size, name)
    if kind in FORMATS:
        _look(file, kind)
    file.seek(0)
    digest = sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return Arrived(file_name(name, kind.endings), kind.type, kind.media_type, size, digest.hexdigest())


def keep(application_id: int, file: BinaryIO, checksum: str) -> None:
    """Write the file unless it is there; a reader never sees half of one, and a crash leaves none behind."""
    path = path_of(application_id, checksum)
    if path.exists():
        path.touch()  # so that nobody sweeps it away before it has its row again
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    file.seek(0)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
        try:
            shutil.copyfileobj(file, draft, _CHUNK)
            draft.flush()
            os.fsync(draft.fileno())
            Path(draft.name).replace(path)
        finally:
            Path(draft.name).unlink(missing_ok=True)


def is_whole(application_id: int, checksum: str, size: int) -> bool:
    """Whether a file lies there with all its bytes; their checksum is not taken again."""
    try:
        return path_of(application_id, checksum).stat().st_size == size
    except FileNotFoundError:
        return False


def folders() -> list[Path]:
    """Return the folder of each application that has ever had files."""
    if not folder().exists():
        return []
    return sorted(one for one in folder().iterdir() if one.is_dir() and one.name.isdigit())


def sweep(of_application: Path, known: set[str], *, before: float) -> int:
    """Delete what lies there under no known checksum since before a moment (POSIX seconds); return how many files."""
    swept = 0
    for path in of_application.iterdir():
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            swept += 1
    if not any(of_application.iterdir()):
        of_application.rmdir()
    return swept


def _look(file: BinaryIO, kind: Kind) -> None:
    """Decode a picture, after its size in points was read: a small file cannot unpack into gigabytes."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is stricter and comes first
            with Image.open(file, formats=[FORMATS[kind]]) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadFile(_TOO_LARGE)
                image.draft("RGB", _ENOUGH)
                image.load()
    except Image.DecompressionBombError as error:
        raise BadFile(_TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises
        raise BadFile("Картинка повреждена и не открывается. Выберите другую.") from error


_TOO_LARGE = "В картинке слишком много точек. Уменьшите её и приложите ещё раз."
