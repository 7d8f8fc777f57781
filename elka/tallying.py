"""``elka tally FILE``: count an election from a file, by any rule, without a database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from elka.core import pabulib, published
from elka.core.rules import Rule, count_by, told
from elka.errors import Refused


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--rule", default=Rule.GREEDY.value, type=click.Choice([rule.value for rule in Rule]), show_default=True)
@click.option("--seed", help="What equal projects are drawn by; the file's own if it has one.")
@click.option(
    "--min-votes", type=click.IntRange(min=0), help="Votes that a project needs at least; the file's own if it tells."
)
@click.option("--places", type=click.IntRange(min=1), help="How many win, for the rule `top`.")
@click.option("--budget", type=click.IntRange(min=0), help="Instead of the file's own, rubles.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def tally(
    file: Path,
    rule: str,
    seed: str | None,
    min_votes: int | None,
    places: int | None,
    budget: int | None,
    as_json: bool,
) -> None:
    """Count an election from FILE (.pb, the format of Pabulib) by a rule: who wins, and why the others do not."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            election = pabulib.read(source)
        money = election.budget if budget is None else budget
        stated_seed, stated_votes = _stated(election)
        drawn = stated_seed if seed is None else seed
        least = stated_votes if min_votes is None else min_votes
        result = count_by(Rule(rule), election.profile(), budget=money, seed=drawn, min_votes=least, places=places)
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"Файл не открывается: {error}") from error
    except (Refused, ValueError) as error:
        raise click.UsageError(str(error)) from error
    names = dict(zip(election.numbers, election.project_ids, strict=True))
    reasons = {names[one]: text for one, text in told(result, names).items()}
    if as_json:
        winners = [names[one] for one in result.winners]
        click.echo(json.dumps({"winners": winners, "cost": result.count.spent, "reasons": reasons}, ensure_ascii=False))
        return
    for outcome in result.count.outcomes:
        name = names[outcome.id]
        mark = "+" if outcome.won else " "
        click.echo(f"{mark} {outcome.rank:>4}  {name:<12} {outcome.votes:>8}  {outcome.cost:>12}  {reasons[name]}")
    click.echo(f"Победителей: {len(result.winners)}. Их стоимость: {result.count.spent} из {money}.")


def _stated(election: pabulib.Election) -> tuple[str, int]:
    """Return the seed and the least number of votes that a file published by ЕЛКА was counted with; nothing in others."""
    terms = election.meta.get("elka_terms")
    if terms is None:
        return election.meta.get("seed", ""), 0
    rules = published.read_terms(terms)
    return rules.seed, rules.terms.min_votes
