"""The print version: what people wrote stands there as they wrote it, in embedded faces."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elka import printing
from elka.printing import Paper, Part, Table, Words

PAPER = Paper(
    title="Двор, где слышно детей",
    kicker="Заявка № 12",
    contest="Инициативы Берёзовского района",
    facts=(("Заявитель", "Кузнецова Мария"), ("Состояние", "Ждёт решения")),
    parts=(
        Part("О проекте", "Коротко и по делу.", (Words("Проблема", "Темно.\n- утром\n- вечером"), Words("Опыт", ""))),
        Part(
            "Деньги",
            "",
            (
                Table(
                    "Смета",
                    ("Работа", "Сумма"),
                    (3, 1),
                    (False, True),
                    (("Опоры", "286 000 ₽"), ("Монтаж", "50 000 ₽")),
                    (("Всего", "336 000 ₽"),),
                ),
            ),
        ),
    ),
    footer="Заявка № 12, редакция 2 от 23 ноября 2026, 14:05",
    checksum="ab" * 32,
    moment=datetime(2026, 11, 23, 9, 5, tzinfo=UTC),
)


def opened(paper: Paper) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(printing.pdf(paper)))


def text_of(paper: Paper) -> str:
    """Return all the words in their order."""
    text = "\n".join(page.extract_text() for page in opened(paper).pages)
    return plain(text)


def plain(text: str) -> str:
    """Make each space one, take the joints of broken words out; a hyphen that pypdf takes for a soft one is a hyphen."""
    return re.sub(r"\s+", " ", text.replace("\u200b", "").replace("\xad", "-"))


def saying(*words: str) -> Paper:
    return replace(
        PAPER, parts=(Part("", "", tuple(Words(f"Ответ {place}", text) for place, text in enumerate(words))),)
    )


def test_everything_is_there_in_order() -> None:
    text = text_of(PAPER)
    wanted = ["Инициативы", "Заявка № 12", "слышно детей", "Заявитель", "Кузнецова", "О проекте", "Коротко", "Проблема"]
    wanted += ["Темно.", "утром", "вечером", "Опыт", "не заполнено", "Деньги", "Смета", "Работа", "Опоры", "286 000 ₽"]
    wanted += ["Всего", "336 000 ₽"]
    places = [text.index(word) for word in wanted]
    assert places == sorted(places)


def test_pages_are_a4_and_numbered_with_the_checksum_on_each() -> None:
    long = saying(*["Слово за словом. " * 120] * 8)
    pages = opened(long).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
        text = plain(page.extract_text())
        assert f"{number} из {len(pages)}" in text
        assert "SHA-256 содержания: " + "ab" * 32 in text
        assert "редакция 2 от 23 ноября 2026" in text


def test_every_face_is_embedded_and_golos_is_the_first() -> None:
    names = set()
    for page in opened(saying("Привет, ёлка! №₽«»—… ӈăӑ 👍🎉 ✓")).pages:
        for font in page["/Resources"]["/Font"].values():
            inner = font["/DescendantFonts"][0]
            descriptor = inner["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            assert "/ToUnicode" in font  # its words can be searched and copied
            names.add(inner["/BaseFont"].split("+")[-1])
    assert {"GolosText-Regular", "GolosText-SemiBold"} <= names
    assert any(name.startswith("NotoEmoji") for name in names)


@pytest.mark.parametrize(
    "words",
    [
        "#let x = 1",
        '#read("/etc/passwd")',
        "$x^2$ и $a",
        "@ссылка <метка>",
        "*жирный* _курсив_ `код`",
        "= Заголовок",
        "[скобки] {фигурные} (круглые)",
        "\\ обратная \\n \\u{41}",
        "// примечание",
        "/* примечание",
        "https://example.org/?a=1&b=2#x",
        "\"кавычки\" и 'апостроф'",
        "~ -- --- ...",
        "#",
    ],
)  # fmt: skip
def test_nothing_that_people_write_is_markup(words: str) -> None:
    paper = replace(saying(words), title=words, contest=words, facts=((words, words),))
    assert text_of(paper).count(words) == 5  # the title, the contest, a fact and its name, the answer


def test_emoji_are_printed_and_can_be_copied() -> None:
    text = text_of(saying("Ура 🎉 мы смогли 👍 ✓"))
    assert "Ура 🎉 мы смогли 👍 ✓" in text


def test_a_very_long_word_stays_on_the_sheet() -> None:
    word = "Рентгеноэлектрокардиографический" * 12
    page = opened(saying(word)).pages[0]
    right = []
    page.extract_text(visitor_text=lambda text, _cm, tm, _font, size: right.append(tm[4] + len(text) * size * 0.4))
    assert max(right) < 595
    assert word in text_of(saying(word)).replace(" ", "")


def test_checksums_are_copied_whole() -> None:
    table = Table("Файлы", ("Файл", "SHA-256"), (2, 3.6), (False, False), (("план.pdf", "cd" * 32),), small=True)
    text = opened(replace(PAPER, parts=(Part("", "", (table,)),))).pages[0].extract_text()
    assert "cd" * 32 in text
    assert PAPER.checksum in text


def test_a_long_table_repeats_its_head() -> None:
    rows = tuple((f"Работа {number}", "1 000 ₽") for number in range(120))
    table = Table("Смета", ("Что сделаем", "Сумма"), (3, 1), (False, True), rows)
    pages = opened(replace(PAPER, parts=(Part("", "", (table,)),))).pages
    assert len(pages) > 2
    assert all("Что сделаем" in page.extract_text() for page in pages)


def test_a_draft_says_so_across_the_page() -> None:
    assert "Черновик" not in text_of(PAPER)
    assert "Черновик" in text_of(replace(PAPER, mark="Черновик"))


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert printing.pdf(PAPER) == printing.pdf(PAPER)
    assert opened(PAPER).metadata["/Title"] == "Заявка № 12. Двор, где слышно детей"


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=400), st.text(max_size=60), st.lists(st.text(max_size=40), min_size=2, max_size=2))
def test_any_text_is_printed(words: str, title: str, cells: list[str]) -> None:
    table = Table(title, ("А", "Б"), (1, 1), (False, True), (tuple(cells),))
    clean = words.encode("utf-8", "ignore").decode()
    paper = replace(PAPER, title=title, parts=(Part(title, words, (Words(title, clean), table)),))
    assert printing.pdf(paper).startswith(b"%PDF-")
