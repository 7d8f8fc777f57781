"""What a browser calls itself, in words for its owner: «Chrome на Android». Never used to decide anything."""

from __future__ import annotations

import re

# In this order: newer browsers also claim to be the older ones.
_BROWSERS = (
    (r"YaBrowser/|YaApp", "Яндекс Браузер"),
    (r"OPR/|Opera", "Opera"),
    (r"EdgA?/|EdgiOS/", "Edge"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"MiuiBrowser/", "Mi Browser"),
    (r"Vivaldi/", "Vivaldi"),
    (r"FxiOS/|Firefox/", "Firefox"),
    (r"CriOS/|Chrome/|Chromium/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"HarmonyOS", "HarmonyOS"),
    (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux|X11", "Linux"),
)
_PHONES = re.compile(r"iPhone|iPad|Android|HarmonyOS|Mobile")


def described(user_agent: str) -> str:
    """Name the browser and the system, as far as they can be told."""
    browser = _first(_BROWSERS, user_agent)
    system = _first(_SYSTEMS, user_agent)
    if browser and system:
        return f"{browser} на {system}"
    return browser or (f"Браузер на {system}" if system else "Неизвестный браузер")


def is_handheld(user_agent: str) -> bool:
    """Whether it is a phone or a tablet, for the picture beside it."""
    return bool(_PHONES.search(user_agent))


def _first(pairs: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in pairs if re.search(pattern, text)), "")
