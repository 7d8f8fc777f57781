"""What becomes of a picture before it is kept."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from elka import photos
from elka.photos import BadPhoto, prepare
from elka.settings import settings


def picture(kind: str = "JPEG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **save: object) -> bytes:
    image = Image.new(mode, size, "red" if mode == "RGB" else None)
    image.paste(Image.new(mode, (size[0] // 2, size[1]), "blue" if mode == "RGB" else None), (0, 0))
    out = io.BytesIO()
    image.save(out, kind, **save)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_becomes_three_webp_files(kind: str):
    photo = prepare(picture(kind, (2000, 1500)))
    assert (photo.width, photo.height) == (1600, 1200)
    assert {width: opened(data).size for width, data in photo.files.items()} == {
        480: (480, 360),
        960: (960, 720),
        1600: (1600, 1200),
    }
    assert all(opened(data).format == "WEBP" for data in photo.files.values())
    assert len(photo.key) == 64


def test_is_never_enlarged():
    photo = prepare(picture(size=(600, 400)))
    assert {width: opened(data).width for width, data in photo.files.items()} == {480: 480, 960: 600, 1600: 600}


def test_the_same_picture_has_the_same_key():
    assert prepare(picture()).key == prepare(picture()).key
    assert prepare(picture()).key != prepare(picture(size=(801, 600))).key


def test_is_turned_upright_and_says_nothing_of_where_it_was_taken():
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90° clockwise
    exif[0x010F] = "PhoneMaker"
    exif[0x8825] = {1: "N", 2: (61.0, 0.0, 0.0)}
    photo = prepare(picture(exif=exif))
    assert (photo.width, photo.height) == (600, 800)
    for data in photo.files.values():
        assert not opened(data).getexif()
        assert b"PhoneMaker" not in data
        assert "icc_profile" not in opened(data).info
    top, bottom = (
        opened(photo.files[1600]).convert("RGB").getpixel((300, 10)),
        opened(photo.files[1600]).convert("RGB").getpixel((300, 790)),
    )
    assert top[2] > 200 > top[0]  # the left half, blue, has become the upper one
    assert bottom[0] > 200 > bottom[2]


def test_transparent_places_become_white():
    photo = prepare(picture("PNG", mode="RGBA"))
    assert opened(photo.files[480]).convert("RGB").getpixel((10, 10)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
def test_other_modes_become_rgb(mode: str):
    data = picture("JPEG" if mode == "CMYK" else "PNG", mode=mode)
    assert opened(prepare(data).files[480]).mode == "RGB"


def test_an_odd_colour_profile_does_no_harm():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for data in (
        picture(icc_profile=srgb),
        picture(icc_profile=b"nonsense"),
        picture("PNG", mode="L", icc_profile=srgb),
    ):
        assert opened(prepare(data).files[480]).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "Это не фотография"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "Это не фотография"),
        (b"GIF89a" + b"\0" * 100, "Это не фотография"),
        (b"%PDF-1.7", "Это не фотография"),
        (picture("GIF"), "Это не фотография"),
        (picture("BMP"), "Это не фотография"),
        (picture()[:3000], "повреждена"),
        (picture("PNG")[:200], "повреждена"),
        (picture(size=(150, 900)), "мала"),
        (picture(size=(2000, 210)), "вытянута"),
    ],
)
def test_what_is_not_a_photo_is_refused(data: bytes, said: str):
    with pytest.raises(BadPhoto, match=said):
        prepare(data)


def test_a_small_file_that_unpacks_into_gigabytes_is_refused_unopened():
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for side in (9_000, 30_000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
            + chunk(b"IEND", b"")
        )
        with pytest.raises(BadPhoto, match="много точек"):
            prepare(bomb)


def test_files_are_kept_and_dropped():
    photo = prepare(picture())
    photos.keep(7, photo)
    for width in photos.WIDTHS:
        path = photos.path_of(7, photo.key, width)
        assert path.read_bytes() == photo.files[width]
        assert path.is_relative_to(settings().files)
    assert not list(path.parent.glob("*.part"))
    photos.drop(7, photo.key)
    photos.drop(7, photo.key)
    assert not path.exists()
