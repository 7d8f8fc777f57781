"""Covers: one picture for one seed, small, well-formed, a figure for every direction."""

import csv
from importlib.resources import files
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from elka.core.covers import MOTIFS, draw


@given(st.integers(0, 2**31), st.sampled_from(sorted(MOTIFS)))
def test_small_and_well_formed(seed, motif):
    picture = draw(seed, motif)
    assert len(picture.encode()) < 8 * 1024
    root = ET.fromstring(picture)  # noqa: S314 - drawn by ourselves
    assert root.attrib["viewBox"] == "0 0 800 450"
    assert "nan" not in picture


def test_same_seed_same_picture():
    assert draw(7, "ski") == draw(7, "ski")
    assert draw(7, "ski") != draw(8, "ski")
    assert draw(7, "ski") != draw(7, "boat")


def test_unknown_motif_is_taiga():
    assert "<svg" in draw(1, "no such thing")


def test_every_direction_has_its_figure():
    with files("elka.data").joinpath("directions.csv").open(encoding="utf-8") as source:
        wanted = {row["motif"] for row in csv.DictReader(source)}
    assert wanted <= MOTIFS
