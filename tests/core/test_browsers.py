"""Browsers in words."""

from __future__ import annotations

import pytest

from elka.core.browsers import described, is_handheld

ANDROID = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36"
)
YANDEX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0 YaBrowser/24.6.0.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0"


@pytest.mark.parametrize(
    ("agent", "words", "handheld"),
    [
        (ANDROID, "Chrome на Android", True),
        (YANDEX, "Яндекс Браузер на Windows", False),
        (SAFARI, "Safari на iPhone", True),
        (FIREFOX, "Firefox на Linux", False),
        ("", "Неизвестный браузер", False),
        ("curl/8.5.0", "Неизвестный браузер", False),
        ("Something (Windows)", "Браузер на Windows", False),
    ],
)
def test_browsers_in_words(agent: str, words: str, handheld: bool) -> None:
    assert described(agent) == words
    assert is_handheld(agent) is handheld
