"""The frame of the benchmarks. What they measure is not a test: figures depend on the machine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from elka import bench


def test_every_benchmark_says_what_it_measures() -> None:
    assert "vote" in bench.BENCHES
    for module in bench.BENCHES.values():
        assert callable(module.run)
        assert (module.__doc__ or "").strip()


def test_a_result_holds_its_name_figures_and_context(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def measure(progress: bench.Progress) -> bench.Figures:
        progress("measuring")
        return {"things_per_s": 1.5}

    monkeypatch.setitem(bench.BENCHES, "things", SimpleNamespace(run=measure))
    result = bench.run("things", progress=said.append)
    assert (result["name"], result["figures"], said) == ("things", {"things_per_s": 1.5}, ["measuring"])
    assert {"cpus", "cpu", "python", "reflex", "system"} <= result["context"].keys()
