"""Batches of paper ballots that stand in place of others, as a corrected file tells of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from elka.core.corrected import FIRST, Corrected, Replaced, read

OLD, NEW = "a" * 64, "b" * 64
SECOND = Corrected(
    2, "c" * 64, "Ошибка в пачке", "Акт № 3", "2026-11-27T10:00:00+00:00", replaced=(Replaced(8, 5, OLD, 2),)
)


def meta(edition: Corrected) -> dict[str, str]:
    return {key: str(value) for key, value in edition.meta()}


def test_what_is_written_is_read_again() -> None:
    found = read(meta(SECOND))
    assert (found.corrected, found.wrong) == (SECOND, [])
    assert list(FIRST.meta()) == []
    assert "elka_replaced" not in meta(replace(SECOND, replaced=()))


@pytest.mark.parametrize(
    "text",
    ["", "x", "null", "[1]", "[{}]", '[{"batch":"8","instead":5,"sha256":"","version":2}]', "[" * 10_000, "[[]]", "1"],
)
def test_garbage_is_told(text: str) -> None:
    assert read({**meta(SECOND), "elka_replaced": text}).wrong == ["Сведения об исправлении итогов не читаются"]


@pytest.mark.parametrize(
    ("replaced", "fault"),
    [
        ((Replaced(8, 5, OLD, 1),), "указана неверно"),
        ((Replaced(8, 5, OLD, 3),), "указана неверно"),
        ((Replaced(8, 8, OLD, 2),), "указана неверно"),
        ((Replaced(8, 5, "x", 2),), "Хеш заменённой пачки"),
        ((Replaced(8, 5, OLD, 2), Replaced(9, 5, OLD, 2)), "заменена дважды"),
        ((Replaced(8, 5, OLD, 2), Replaced(8, 6, OLD, 2)), "заменена дважды"),
    ],
)
def test_what_cannot_be_is_told(replaced: tuple[Replaced, ...], fault: str) -> None:
    assert fault in "\n".join(read(meta(replace(SECOND, replaced=replaced))).wrong)


@pytest.mark.parametrize(
    ("boxes", "faults"),
    [({8: NEW}, 0), ({8: NEW, 5: OLD}, 1), ({}, 1), ({5: OLD}, 2)],
)
def test_the_new_one_is_in_the_file_and_the_former_is_not(boxes: dict[int, str], faults: int) -> None:
    assert len(list(SECOND.wrong_boxes(boxes))) == faults


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ({5: OLD, 1: NEW}, {8: NEW, 1: NEW}, ""),
        ({5: OLD, 1: NEW}, {8: NEW}, ""),  # another may leave
        ({5: NEW}, {8: NEW}, "в прежней версии нет или она другая"),
        ({}, {8: NEW}, "в прежней версии нет или она другая"),
        ({5: OLD}, {8: NEW, 9: NEW}, "9 в прежней версии нет"),
        ({5: OLD, 1: NEW}, {8: NEW, 1: OLD}, "1 в двух версиях разная"),
    ],
)
def test_one_version_follows_from_another(before: dict[int, str], after: dict[int, str], fault: str) -> None:
    found = list(SECOND.wrong_turn(before, after))
    assert (fault in "\n".join(found)) if fault else found == []
