"""Checking a published file from itself alone: is all of it there, does its root fit, does it give the same winners.

Whatever is changed in the terms, in a project's cost or category, in a ballot or a receipt changes the root; whoever
writes another root into the file is found by the one that was journalled when voting closed (``known_root``).
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from heapq import merge
from itertools import pairwise
from typing import TYPE_CHECKING

from elka.core import announced, annulled, corrected, published
from elka.core.announced import Ballots, Candidate, Rules
from elka.core.ballot_reading import NAMED, ReadBallots, Unreadable
from elka.core.corrected import Corrected
from elka.core.paper import PaperBox, paper_boxes
from elka.core.published import Roots
from elka.core.receipts import normal_receipt
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from elka.core import tally


_DIGITS = 15  # of money, of votes and of an id: all stay whole in float64
_PREFIX = "elka_"
_LISTS = frozenset({"elka_receipts", "elka_annulled", "elka_annulled_receipts", "elka_paper"})
_OURS = frozenset(
    {
        *("elka_format", "elka_contest", "elka_terms", "elka_root", "elka_receipts", "elka_counted"),
        *("elka_annulled", "elka_annulments", "elka_annulled_sha256"),
        *corrected.KEYS,
    }
)
_THRESHOLD = "min_project_score_threshold"
_FIGURES = {
    "num_projects": "проектов",
    "num_votes": "бюллетеней",
    "budget": "бюджет",
    "vote_type": "вид голосования",
    "rule": "правило",
    "min_length": "наименьшее число проектов в бюллетене",
    "max_length": "наибольшее число проектов в бюллетене",
    "max_sum_cost": "наибольшая сумма бюллетеня",
    "max_sum_points": "баллов на бюллетень",
    _THRESHOLD: "наименьшее число голосов",
    "elka_contest": "номер конкурса",
    "elka_receipts": "квитанций",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked, in plain Russian."""

    ok: bool
    text: str


@dataclass(slots=True)
class Report:
    """What a check found. ``counted``: whether the asked receipt is among those counted (None: none was asked).

    ``count``: what the ballots give by the announced ``rules``; None: they cannot be counted.
    ``annulled``: how many ballots two officials took out of the count, ``annulled_sha256``: the hash of their list;
    ``ground``: why the asked one, if it is of them.
    """

    title: str = ""
    projects: int = 0
    ballots: int = 0
    votes: int = 0
    root: str = ""
    winners: tuple[int, ...] = ()
    spent: int = 0
    rules: Rules | None = None
    count: tally.Count | None = None
    boxes: tuple[PaperBox, ...] = ()
    counted: bool | None = None
    annulled: int = 0
    annulled_sha256: str = ""
    ground: str = ""
    corrected: Corrected = corrected.FIRST
    checks: list[Check] = field(default_factory=list)

    @property
    def digests(self) -> dict[int, str]:
        """SHA-256 of the batches of paper ballots by number."""
        return {box.id: box.digest for box in self.boxes}

    @property
    def ok(self) -> bool:
        """Whether everything fits, and the asked receipt is there."""
        return all(one.ok for one in self.checks) and self.counted is not False

    def say(self, right: str, wrong: Iterable[str]) -> None:
        """Note a check: ``right`` when there is nothing wrong, else what is."""
        found = list(wrong)
        self.checks.append(Check(ok=False, text="; ".join(found[:NAMED])) if found else Check(ok=True, text=right))


def verify(lines: Iterable[str], *, known_root: str = "", receipt: str = "") -> Report:
    """Check a file by its lines, in one pass. Raises Unreadable.

    ``known_root``: the one that was published when voting closed, if known; ``receipt``: whose ballot to look for.
    """
    rows = csv.reader(lines, delimiter=";")
    try:
        return _verified(rows, known_root.strip().lower(), receipt)
    except csv.Error as error:
        raise Unreadable(f"строка {rows.line_num} не читается: {error}") from error


def _verified(rows: Iterator[list[str]], known_root: str, receipt: str) -> Report:
    meta = _meta(rows)
    if meta.get("elka_format") != str(published.FORMAT):
        raise Unreadable("это не опубликованный файл бюллетеней ЕЛКИ или его вид этой программе не знаком")
    try:
        rules = published.read_terms(meta.get("elka_terms", ""))
    except ValueError as error:
        raise Unreadable(f"условия подсчёта не читаются: {error}") from error
    edition = corrected.read(meta)
    candidates = _candidates(rows, rules, edition.corrected)
    receipts = _receipts(meta)
    try:
        boxes = paper_boxes(meta)
    except Refused as error:
        raise Unreadable(error.message) from error
    roots = Roots(meta["elka_terms"], candidates)
    told = annulled.read(meta)
    apart = [line for _, line in told.annulled.lines]
    found = ReadBallots(rules, candidates, {line.partition(";")[0] for line in apart})
    roots.ballots(merge(found.read(rows), apart))  # the root is over all ballots as they were cast
    roots.receipts(receipts)

    found.check(apart)
    ballots = found.ballots()
    totals = _totals(boxes, {one.id for one in candidates})
    report = Report(
        title=meta.get("description", ""),
        projects=len(candidates),
        ballots=found.on_site + sum(box.ballots for box in boxes),
        votes=ballots.named + sum(totals.values()),
        root=roots.hex(),
        boxes=tuple(boxes),
        rules=rules,
        annulled=len(apart),
        annulled_sha256=told.annulled.digest,
        corrected=edition.corrected,
    )
    figures = published.figures(rules, len(candidates), found.on_site + len(found.slips), len(receipts), "")
    report.say("Числа и правила в начале файла верны", [*_figures(meta, rules, figures), *_strange(meta)])
    report.say("Каждый бюллетень стоит в файле один раз и отмечен по правилам", found.wrong)
    report.say(
        "Квитанций столько же, сколько бюллетеней, все разные", _wrong_receipts(receipts, found.on_site + len(apart))
    )
    if apart or told.wrong:
        report.say(
            f"Аннулированные бюллетени ({len(apart)}) стоят в файле отдельно, с основаниями, и в подсчёт не вошли",
            [*told.wrong, *told.annulled.strange(receipts)],
        )
    if edition.corrected.version > 1 or edition.wrong:
        report.say(
            f"Версия {edition.corrected.version}: названы основание, прежняя версия, снятые проекты и заменённые пачки",
            [
                *edition.wrong,
                *_wrong_gone(edition.corrected, candidates),
                *edition.corrected.wrong_boxes(report.digests),
            ],
        )
    if boxes or found.slips:
        slips = published.paper_lines(boxes, {one.id for one in candidates})
        wrong = [] if slips == found.slips else ["Бумажные бюллетени в файле не те, что в подтверждённых пачках"]
        wrong += [trouble for box in boxes for trouble in box.troubles]
        report.say(f"Бумажные бюллетени те же, что в подтверждённых пачках: {len(boxes)}", wrong)
    report.say("Голоса за каждый проект сходятся с бюллетенями", _wrong_votes(candidates, ballots, totals))
    _recount(report, rules, candidates, ballots, totals)
    if groups := rules.terms.exclusive:
        report.say(
            f"Из каждой группы взаимоисключающих проектов ({len(groups)}) победил не больше чем один",
            _wrong_groups(candidates, rules),
        )
    written = meta.get("elka_root", "")
    report.say(
        "Корень пересчитан и сошёлся с записанным в файле",
        [] if report.root == written else [f"Корень файла {report.root}, а записано {written or 'ничего'}"],
    )
    if known_root:
        report.say(
            "Корень тот же, что вы указали",
            [] if report.root == known_root else ["Корень не тот, что вы указали: содержимое меняли"],
        )
    if receipt:
        code = normal_receipt(receipt)
        report.ground = told.annulled.ground_of(code)
        report.counted = code in set(receipts) - {""} and not report.ground
    return report


def _meta(rows: Iterator[list[str]]) -> dict[str, str]:
    if next(rows, None) != ["META"]:
        raise Unreadable("файл должен начинаться строкой META")
    if next(rows, None) != ["key", "value"]:
        raise Unreadable("за строкой META должна стоять строка key;value")
    found: dict[str, str] = {}
    for row in rows:
        if row == ["PROJECTS"]:
            return found
        if len(row) != 2 or row[0] in found:  # noqa: PLR2004  a key and a value
            raise Unreadable(f"строка сведений не читается или повторяется: {';'.join(row)[:60]}")
        found[row[0]] = row[1]
    raise Unreadable("в файле нет раздела PROJECTS")


def _candidates(rows: Iterator[list[str]], rules: Rules, edition: Corrected) -> list[Candidate]:
    head = next(rows, [])
    if tuple(head) != published.project_head(rules.marked):
        raise Unreadable("столбцы раздела PROJECTS не те")
    found: list[Candidate] = []
    for row in rows:
        if row == ["VOTES"]:
            if any(one.id >= other.id for one, other in pairwise(found)):
                raise Unreadable("проект указан дважды, или проекты стоят не по номерам")
            return found
        try:
            one = dict(zip(head, row, strict=True))
            found.append(
                Candidate(
                    id=_whole(one["project_id"]),
                    cost=_whole(one["cost"]),
                    category=_whole(one["elka_category"]) if one["elka_category"] else None,
                    votes=_whole(one["votes"]),
                    points=_whole(one["score"]) if "score" in one else None,
                    name=one["name"],
                    score=_whole(one["elka_score"]) if one["elka_score"] else None,
                    won=bool(("0", "1").index(one["selected"])),
                    gone=_whole(one["project_id"]) in edition.gone,
                )
            )
        except ValueError as error:
            raise Unreadable(f"проект не читается: {';'.join(row)[:60]}") from error
    raise Unreadable("в файле нет раздела VOTES")


def _whole(text: str) -> int:
    """Read a whole number written the one way that it can be written."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS) or str(int(text)) != text:
        raise ValueError(text)
    return int(text)


def _receipts(meta: dict[str, str]) -> list[str]:
    found: list[str] = []
    number = 1
    while (row := meta.get(f"elka_receipts_{number}")) is not None:
        found += row.split(",")
        number += 1
    return found


def _totals(boxes: list[PaperBox], ids: set[int]) -> Counter[int]:
    found: Counter[int] = Counter()
    for box in boxes:
        found.update(box.batch.among(ids).totals)
    return found


def _figures(meta: dict[str, str], rules: Rules, expected: dict[str, object]) -> Iterator[str]:
    """Compare what stands above with what is there; other programs count by the kind of votes and their limits."""
    if _THRESHOLD in meta:  # told by whoever writes the file, under Pabulib's own name of it
        expected = {**expected, _THRESHOLD: rules.terms.min_votes}
    for key, name in _FIGURES.items():
        there = str(expected.get(key, ""))
        if meta.get(key, "") != there:
            yield f"В начале файла {name}: {meta.get(key) or 'не указано'}, на деле {there or 'не указано'}"


def _strange(meta: dict[str, str]) -> Iterator[str]:
    """Name rows under our prefix that nobody reads: one of a list that breaks off before it is as good as hidden."""
    lists = Counter(name for key in meta if (name := key.rpartition("_")[0]) in _LISTS)
    known = _OURS.union(f"{name}_{number}" for name, rows in lists.items() for number in range(1, rows + 1))
    for key in meta:
        if key.startswith(_PREFIX) and key not in known:
            yield f"Непонятная строка сведений «{key[:40]}»"


def _wrong_receipts(receipts: list[str], ballots: int) -> Iterator[str]:
    if len(receipts) != ballots:
        yield f"Квитанций {len(receipts)}, а бюллетеней {ballots}"
    if any(one >= other for one, other in pairwise(receipts)):
        yield "Квитанции повторяются или стоят не по порядку"
    if strange := next((one for one in receipts if normal_receipt(one) != one), None):
        yield f"Это не квитанция: {strange[:20]}"


def _wrong_votes(candidates: list[Candidate], ballots: Ballots, totals: Counter[int]) -> Iterator[str]:
    votes, points = ballots.votes, ballots.points
    for one in candidates:
        if (given := votes[one.id] + totals[one.id]) != one.votes:
            yield f"За проект {one.id} в бюллетенях голосов {given}, а указано {one.votes}"
        if points is not None and points[one.id] != one.points:
            yield f"У проекта {one.id} в бюллетенях баллов {points[one.id]}, а указано {one.points}"


def _recount(report: Report, rules: Rules, candidates: list[Candidate], ballots: Ballots, totals: Counter[int]) -> None:
    """Count anew by the ballots, whatever the file says of votes."""
    votes, points = ballots.votes, ballots.points
    counted = [
        Candidate(
            one.id,
            one.cost,
            one.category,
            votes[one.id] + totals[one.id],
            None if points is None else points[one.id],
            score=one.score,
            won=one.won,
            gone=one.gone,
        )
        for one in candidates
    ]
    try:
        found = announced.count(rules, counted, ballots)
    except (ValueError, Refused) as error:
        report.say("", [f"Пересчитать нельзя: {error}"])
        return
    report.count, report.winners, report.spent = found, tuple(one.id for one in found.winners), found.spent
    won, said = set(report.winners), {one.id for one in candidates if one.won}
    wrong = []
    if said - won:
        wrong.append(f"Названы победителями, а по бюллетеням не победили: {_ids(said - won)}")
    if won - said:
        wrong.append(f"Победили по бюллетеням, а победителями не названы: {_ids(won - said)}")
    report.say("Победители те же", wrong)


def _wrong_groups(candidates: list[Candidate], rules: Rules) -> Iterator[str]:
    known, won = {one.id for one in candidates}, {one.id for one in candidates if one.won}
    for group in rules.terms.exclusive:
        if group - known:
            yield f"В группе взаимоисключающих есть проект, которого нет в файле: {_ids(set(group - known))}"
        if len(group & won) > 1:
            yield f"Исключают друг друга, а победителями названы вместе: {_ids(set(group & won))}"


def _wrong_gone(edition: Corrected, candidates: list[Candidate]) -> Iterator[str]:
    if strange := edition.gone - {one.id for one in candidates}:
        yield f"Сняты с итогов проекты, которых нет: {_ids(set(strange))}"
    if won := {one.id for one in candidates if one.gone and one.won}:
        yield f"Сняты с итогов и всё же названы победителями: {_ids(won)}"


def _ids(ids: set[int]) -> str:
    listed = sorted(ids)
    return ", ".join(map(str, listed[:NAMED])) + (" и другие" if len(listed) > NAMED else "")
