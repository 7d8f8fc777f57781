"""``elka verify FILE``: recount a published file and check its hash, without a database and without trusting us."""

from __future__ import annotations

import json
from pathlib import Path

import click

from elka.core import ballot_file, pabulib
from elka.errors import Refused


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--receipts", type=click.Path(dir_okay=False, path_type=Path), help="The list of receipts beside it.")
@click.option("--receipt", help="Look for this receipt; needs --receipts.")
@click.option("--root", help="The hash that the journal has, from the page of results.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
def verify(file: Path, receipts: Path | None, receipt: str | None, root: str | None, as_json: bool) -> None:
    """Recount a published FILE of ballots: the hash, the votes, the winners. Exit code 1 if anything does not fit."""
    if receipt is not None and receipts is None:
        raise click.UsageError("--receipt needs --receipts")
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            election = pabulib.read(source)
        listed = None if receipts is None else receipts.read_text(encoding="utf-8").split()
        checks = ballot_file.check(election, receipts=listed, root=root, receipt=receipt)
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"Файл не открывается: {error}") from error
    except (Refused, ValueError) as error:
        raise click.UsageError(str(error)) from error
    fits = all(one.holds for one in checks)
    if as_json:
        said = {"fits": fits, "checks": {one.text: one.holds for one in checks}}
        click.echo(json.dumps(said, ensure_ascii=False))
    else:
        for one in checks:
            click.echo(f"{'да ' if one.holds else 'НЕТ'}  {one.text}")
        click.echo("Всё сходится." if fits else "Не сходится: такому файлу верить нельзя.")
    if not fits:
        raise click.exceptions.Exit(1)
