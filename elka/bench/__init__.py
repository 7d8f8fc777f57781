"""Benchmarks: each sets up a database and a server of its own, measures the real thing, and cleans up.

A benchmark is a module here with ``run(progress) -> figures``; its name and the first line of its docstring are what
``elka bench --list`` shows.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

Progress = Callable[[str], None]
Figures = dict[str, float]


def _found() -> dict[str, ModuleType]:
    modules = {found.name: import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)}
    return {name: module for name, module in modules.items() if hasattr(module, "run")}


BENCHES = _found()


def run(name: str, *, progress: Progress) -> dict[str, Any]:
    """Run one benchmark; return its name, its figures and what they were measured on."""
    figures: Figures = BENCHES[name].run(progress)
    return {"name": name, "figures": figures, "context": context()}


def context() -> dict[str, Any]:
    """Return what a figure depends on: the machine and the versions."""
    from importlib.metadata import version

    return {
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "cpu": _cpu(),
        "memory_gib": _memory(),
        "python": platform.python_version(),
        "reflex": version("reflex"),
        "system": platform.platform(),
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "")


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (ValueError, OSError, AttributeError):
        return None
