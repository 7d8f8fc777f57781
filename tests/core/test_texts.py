"""Plain texts of people."""

from elka.core.texts import Block, blocks, one_line, paragraphs


def test_a_title_is_one_line_without_invisible_signs():
    assert one_line("  Лыжня \n\t под\u200b звёздами\u202e ") == "Лыжня под звёздами"
    assert one_line("\u0000\ufeff") == ""


def test_paragraphs_keep_their_lines():
    assert paragraphs("Первый  \r\n\r\n\r\n\r\nВторой\rТретий\n\n") == "Первый\n\nВторой\nТретий"
    assert paragraphs("а\u0007б") == "аб"


def test_blocks_tell_paragraphs_from_lists():
    text = "Зимой темно.\n\nБудет:\n- свет\n— лыжня\n2) чай\nВсё."
    assert blocks(text) == (
        Block("Зимой темно."),
        Block("Будет:"),
        Block(items=("свет", "лыжня", "чай")),
        Block("Всё."),
    )
    assert blocks("") == ()
    assert blocks("-минус не список") == (Block("-минус не список"),)
