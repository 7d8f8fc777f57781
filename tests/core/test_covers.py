"""Drawn covers."""

import csv
import re
from importlib.resources import files
from xml.etree import ElementTree as ET

import pytest

from elka.core.covers import DEFAULT, MOTIFS, draw

SEEDS = range(200)
MOST = 8 * 1024


def test_the_same_seed_is_the_same_picture():
    assert draw(7, "ski") == draw(7, "ski")
    assert draw(7, "ski") != draw(8, "ski")
    assert draw(7, "ski") != draw(7, "boat")
    assert len({draw(seed, "house") for seed in SEEDS}) == len(SEEDS)


def test_every_direction_has_its_figure():
    text = files("elka.data").joinpath("directions.csv").read_text(encoding="utf-8")
    assert {row["motif"] for row in csv.DictReader(text.splitlines())} <= set(MOTIFS)


def test_an_unknown_motif_is_drawn_as_firs():
    assert "volcano" not in MOTIFS
    assert DEFAULT in MOTIFS
    assert draw(3, "volcano") == draw(3, DEFAULT)


@pytest.mark.parametrize("motif", MOTIFS)
def test_pictures_are_small_and_harmless(motif):
    for seed in SEEDS:
        text = draw(seed, motif)
        assert len(text.encode()) < MOST
        svg = ET.fromstring(text)  # noqa: S314 — our own text
        assert svg.get("viewBox") == "0 0 800 450"
        assert {node.tag.split("}")[1] for node in svg.iter()} <= {"svg", "g", "path", "circle"}
        assert not {name for node in svg.iter() for name in node.attrib} & {"id", "href", "style", "class"}
        assert text.count("http") == 1, "only the namespace"
        assert not re.search(r"nan|inf|[{}]|\d\.\d{3}", text)


@pytest.mark.parametrize("seed", [0, -5, 2**63 - 1])
def test_any_whole_number_is_a_seed(seed):
    assert draw(seed, "chum").startswith("<svg ")
