"""Photos of projects: what people send is checked, turned upright, stripped and re-encoded; nothing else is stored.

A photo becomes three WebP files, ``files/photos/PROJECT/KEY-WIDTH.webp``; ``KEY`` is the SHA-256 of the largest one.
Place, camera and owner, which phones write into a photo, do not survive.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from elka.errors import Refused
from elka.settings import settings

if TYPE_CHECKING:
    from pathlib import Path

WIDTHS = (480, 960, 1600)
FORMATS = ("JPEG", "PNG", "WEBP")
LEAST_SIDE = 200
MOST_PIXELS = 64_000_000
MOST_RATIO = 6
QUALITY = 82
_SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


class BadPhoto(Refused):
    """The file is not a photo that the site takes."""


@dataclass(frozen=True)
class Prepared:
    """A re-encoded photo: its key, the size of the largest file in pixels, the WebP bytes by width."""

    key: str
    width: int
    height: int
    files: dict[int, bytes]


def prepare(data: bytes) -> Prepared:
    """Check and re-encode a photo; raise ``BadPhoto`` with words for the person.

    The type is taken from the bytes, never from a name or header. The size in pixels is read before anything is
    decoded, so that a small file cannot unpack into gigabytes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is stricter and comes first
            return _encode(_open(data))
    except Image.DecompressionBombError as error:
        raise BadPhoto(_TOO_LARGE) from error
    except UnidentifiedImageError as error:
        raise BadPhoto(_WRONG_TYPE) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:  # what Pillow raises for broken files
        raise BadPhoto("Фотография повреждена и не открывается. Выберите другую.") from error


def path_of(project_id: int, key: str, width: int) -> Path:
    """Return where a file of a photo lies."""
    return settings().files / "photos" / str(project_id) / f"{key}-{width}.webp"


def keep(project_id: int, photo: Prepared) -> None:
    """Write the files; a reader never sees half of one."""
    for width, content in photo.files.items():
        path = path_of(project_id, photo.key, width)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(".part")
        draft.write_bytes(content)
        draft.replace(path)


def drop(project_id: int, key: str) -> None:
    """Delete the files of a photo."""
    for width in WIDTHS:
        path_of(project_id, key, width).unlink(missing_ok=True)


def _open(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise BadPhoto(_TOO_LARGE)
    if min(width, height) < LEAST_SIDE:
        raise BadPhoto(f"Фотография слишком мала. Нужна хотя бы {LEAST_SIDE} × {LEAST_SIDE} точек.")
    if max(width, height) > MOST_RATIO * min(width, height):
        raise BadPhoto("Фотография слишком вытянута. Обрежьте её и попробуйте ещё раз.")
    # A JPEG is decoded at a half, a quarter or an eighth where that is enough: less memory, same result.
    most = WIDTHS[-1] * max(1.0, height / width)
    image.draft("RGB", (int(most), int(most)))
    return image


def _encode(image: Image.Image) -> Prepared:
    profile = image.info.get("icc_profile")
    whole = _on_white(ImageOps.exif_transpose(image))
    if profile:
        whole = _to_srgb(whole, profile)
    files: dict[int, bytes] = {}
    largest = whole
    for width in sorted(WIDTHS, reverse=True):
        size = (min(width, whole.width), max(1, round(whole.height * min(width, whole.width) / whole.width)))
        sized = whole if size == whole.size else whole.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        if width == WIDTHS[-1]:
            largest = sized
        out = io.BytesIO()
        sized.save(out, "WEBP", quality=QUALITY, method=4)
        files[width] = out.getvalue()
    return Prepared(sha256(files[WIDTHS[-1]]).hexdigest(), largest.width, largest.height, files)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image.convert("RGBA"))
        return ground.convert("RGB")
    return image.convert("RGB")


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Bring the colours of a phone to those of the web; an odd profile is left out."""
    try:
        return ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), _SRGB) or image
    except (ImageCms.PyCMSError, OSError):
        return image


_TOO_LARGE = "В фотографии слишком много точек. Уменьшите её и попробуйте ещё раз."
_WRONG_TYPE = "Это не фотография. Подойдут файлы JPEG, PNG и WebP."
