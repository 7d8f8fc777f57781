"""`elka tally`: count a `.pb` file by any rule, without a site and without a database."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from elka.core.tally import Room, Tie
from elka.core.texts import printable
from elka.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from elka.core.profile import Profile
    from elka.core.verdicts import Counted

RULES = (
    "greedy, top, threshold, scores, borda, mes, mes-cards; "
    "mes and mes-cards completed: mes-add1, mes-greedy, mes-add1-greedy"
)
_UNREADABLE = "Условия подсчёта в файле (elka_terms) не прочитать."


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--rule", help=f"One of {RULES}. By default what the contest announced, greedy in files that tell none.")
@click.option("--seed", help="The seed of the draw, which decides ties last; the file's own if it has one.")
@click.option("--ties", help="What decides ties before the draw: votes,cost (the default) or nothing: ''.")
@click.option("--budget", metavar="MONEY", help="Instead of the file's own.")
@click.option(
    "--min-votes", type=click.IntRange(0), help="Fewer votes do not win; the file's own minimum if it has one."
)
@click.option("--places", type=click.IntRange(1), help="How many may win (needed by `top`).")
@click.option("--budget-of", nargs=2, multiple=True, metavar="CATEGORY MONEY", help="A category's own budget.")
@click.option(
    "--exclusive",
    multiple=True,
    metavar="ID,ID…",
    help="Projects of which at most one may win; the file's own groups if it has any.",
)
@click.option("--step", metavar="PERCENT", default="1", show_default=True, help="Add1: part of the budget for a step.")
@click.option("--step-each", metavar="MONEY", help="Add1: money for each voter for a step, instead of --step.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: winners, cost, reasons.")
def tally(
    file: Path,
    rule: str | None,
    seed: str | None,
    ties: str | None,
    budget: str | None,
    min_votes: int | None,
    places: int | None,
    budget_of: tuple[tuple[str, str], ...],
    exclusive: tuple[str, ...],
    step: str,
    step_each: str | None,
    as_json: bool,
) -> None:
    """Count the votes of FILE (.pb of Pabulib) and tell the winners, and why each project won or did not.

    A file that ЕЛКА published is counted as the contest announced, its categories and the commission's marks among it, as
    `elka verify` does; with any other option by that rule, the draw alone deciding ties by the seed that stands in the file.
    Votes on paper that were entered as totals are added where a rule asks for votes alone. Projects that a correction took
    out of the results are not counted. Exit code 2 when the rule is unknown, needs ballots where there are only totals, or
    the file is broken.
    """
    from elka.core import corrected, pabulib
    from elka.core.counting import count_by
    from elka.core.verdicts import CountTerms, Rule, rule_named

    try:
        with file.open(encoding="utf-8", newline="") as lines:
            read = pabulib.read(lines)
        profile, totals = read.profile, _totals(read.meta, read.profile.ids)
        if "elka_format" in read.meta and not any(
            (
                rule,
                seed,
                ties is not None,
                budget,
                min_votes is not None,
                places,
                budget_of,
                exclusive,
                step_each,
                step != "1",
            )
        ):
            _tell(_by_announced(file, profile.voters), profile, totals, as_json=as_json)
            return
        chosen = rule_named(_announced(read.meta) if rule is None else rule)
        if gone := {str(key) for key in corrected.read(read.meta).corrected.gone}:
            if chosen is Rule.BORDA:  # what ballots gave to the others stays as it was given
                profile, chosen = profile.borda(), Rule.SCORES
            profile = profile.without(gone)
            totals = _totals(read.meta, profile.ids)
        if budget is not None:
            profile = replace(profile, budget=_money(budget, profile.scale))
        terms = CountTerms(
            min_votes=_least(read.meta) if min_votes is None else min_votes,
            places=places,
            parts=tuple((name, Room(_money(money, profile.scale))) for name, money in budget_of),
            ties=_ties(read.meta, ties),
            exclusive=tuple(frozenset(one.strip() for one in group.split(",")) for group in exclusive)
            or _exclusive(read.meta, profile.ids),
            totals=totals,
            step=_fraction(step) / 100,
            step_each=None if step_each is None else _money(step_each, profile.scale),
        )
        found = count_by(chosen, profile, terms, seed=_seed(read.meta) if seed is None else seed)
        _tell(found, profile, totals, as_json=as_json)
    except Refused as refused:
        raise click.UsageError(printable(refused.message)) from refused


def _by_announced(file: Path, voters: int) -> Counted:
    """Count a file of ours by all that its contest announced."""
    from elka.core.ballot_reading import Unreadable
    from elka.core.retold import retold
    from elka.core.verifying import verify

    try:
        with file.open(encoding="utf-8", newline="") as lines:
            report = verify(lines)
    except Unreadable as error:
        raise Refused(f"Файл не читается: {error}.") from error
    if report.rules is None or report.count is None:
        raise Refused(next(one.text for one in report.checks if not one.ok))
    return retold(report.rules, report.count, voters)


def _tell(found: Counted, profile: Profile, totals: tuple[tuple[str, int], ...], *, as_json: bool) -> None:
    from elka.core.reasons import reasons

    if as_json:
        cost = Decimal(found.cost) / found.scale
        click.echo(
            json.dumps(
                {
                    "winners": list(found.winners),
                    "cost": int(cost) if cost == int(cost) else float(cost),
                    "reasons": reasons(found),
                },
                ensure_ascii=False,
            )
        )
    else:
        _print(found, {project.id: project.name for project in profile.projects}, totals)


def _print(found: Counted, names: dict[str, str], totals: tuple[tuple[str, int], ...]) -> None:
    from elka.core.pabulib import decimal
    from elka.core.reasons import why

    table = Table(box=None, pad_edge=False)
    for title, justify in (("", "left"), ("проект", "left"), ("голосов", "right"), ("стоимость", "right")):
        table.add_column(title, justify=justify)
    table.add_column("почему", ratio=1)
    for one in found.verdicts:
        label = printable(f"{one.id} {names[one.id]}").strip()
        mark = "✓" if one.won else " "
        table.add_row(mark, label, str(one.votes), decimal(one.cost, found.scale), why(one, found, {}))
    out = Console(highlight=False, markup=False)
    out.print(table)
    out.print(f"Победителей: {len(found.winners)}, на {decimal(found.cost, found.scale)} из ", end="")
    out.print(f"{decimal(found.budget, found.scale)}; бюллетеней: {found.voters}{_on_paper(totals)}.")


def _on_paper(totals: tuple[tuple[str, int], ...]) -> str:
    votes = sum(count for _, count in totals)
    return f"; голосов на бумаге, внесённых итогами: {votes}" if votes else ""


def _seed(meta: dict[str, str]) -> str:
    """Return the seed that the file tells: ours stands among the terms of the contest."""
    seed = str(_own(meta).get("seed") or meta.get("seed", ""))
    if not seed.isascii() and seed.encode(errors="replace").decode() != seed:
        raise Refused(_UNREADABLE)
    return seed


def _least(meta: dict[str, str]) -> int:
    """Return the least number of votes that a file of ours asks; nothing in others."""
    least = _own(meta).get("min_votes", 0)
    if type(least) is not int:
        raise Refused(_UNREADABLE)
    return least


def _announced(meta: dict[str, str]) -> str:
    """Return the rule that a file of ours announces: down the list, ballots are worth what they give."""
    rule = str(_own(meta).get("rule", "greedy"))
    given = {"ordinal": "borda", "cumulative": "scores"} if "elka_terms" in meta else {}
    return given.get(meta.get("vote_type", ""), rule) if rule == "greedy" else rule


def _exclusive(meta: dict[str, str], ids: Sequence[str]) -> tuple[frozenset[str], ...]:
    """Return the groups of projects that exclude each other in a file of ours, as far as they are counted."""
    from elka.core.published import exclusive_in

    try:
        groups = [group.intersection(ids) for group in exclusive_in(meta)]
        return tuple(group for group in groups if len(group) > 1)
    except ValueError as error:
        raise Refused(_UNREADABLE) from error


def _totals(meta: dict[str, str], ids: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """Return the votes of paper ballots that a file of ours tells as totals; its other ballots stand among the votes."""
    from elka.core.paper import paper_boxes

    if "elka_format" not in meta:
        return ()
    found: Counter[str] = Counter()
    for box in paper_boxes(meta):
        found.update({str(key): votes for key, votes in box.batch.totals.items()})
    return tuple((one, found[one]) for one in ids if found[one])


def _own(meta: dict[str, str]) -> dict[str, Any]:
    try:
        return {**json.loads(meta.get("elka_terms", "{}"))}
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused(_UNREADABLE) from error


def _ties(meta: dict[str, str], asked: str | None) -> tuple[Tie, ...]:
    if asked is None:
        return () if "elka_terms" in meta else (Tie.VOTES, Tie.COST)
    try:
        return tuple(Tie(one.strip()) for one in asked.split(",") if one.strip())
    except ValueError as error:
        raise Refused(f"Порядок при равенстве — votes, cost или ничего, а не «{asked}».") from error


def _fraction(text: str) -> Fraction:
    try:
        return Fraction(text.replace(",", "."))
    except (ValueError, ZeroDivisionError) as error:
        raise Refused(f"«{text}» — не число.") from error


def _money(text: str, scale: int) -> int:
    units = _fraction(text) * scale
    if units != int(units) or units < 0:
        raise Refused(f"«{text}» — не сумма.")
    return int(units)
