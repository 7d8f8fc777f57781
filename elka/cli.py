"""The `elka` command: start the site, look after its database, fill a demo region, measure."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from elka.cli_tally import tally
from elka.settings import BadSettings, Settings, read_settings

console = Console(stderr=True, highlight=False)


class Failure(click.ClickException):
    """An error that the operator can mend: said plainly, exit code 1, no traceback."""

    def show(self, file: Any = None) -> None:  # noqa: ARG002  click's own signature
        """Print the message to stderr."""
        console.print(f"[red]Error:[/red] {self.message}")


def _settings() -> Settings:
    try:
        return read_settings()
    except BadSettings as error:
        raise Failure(f"wrong settings\n{error}") from error


def _progress() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        transient=not console.is_terminal,
    )


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="elka")
def main() -> None:
    """ЕЛКА, an open platform for civic initiative.

    Settings are environment variables ELKA_*; `elka settings` lists them. Exit codes: 0 done, 1 refused or failed
    with the reason on stderr, 2 wrong usage.
    """


@main.command()
def settings() -> None:
    """List every setting with its present value; secrets are not shown."""
    site = _settings()
    for name, field in Settings.model_fields.items():
        value = getattr(site, name)
        shown = "set" if name in {"secret_key", "database_url", "smtp_url", "redis_url"} and value else value
        console.print(
            f"[bold]ELKA_{name.upper()}[/bold] = {'' if shown is None else shown}  [dim]{field.description}[/dim]"
        )


@main.command()
@click.option("--rebuild", is_flag=True, help="Build the pages even if nothing changed.")
def up(rebuild: bool) -> None:
    """Start the site: database, migrations, demo region on the first run, pages, and the server on one port.

    Stays in the foreground; Ctrl+C ends everything that it started.
    """
    from elka import supervisor

    _settings()
    try:
        sys.exit(supervisor.up(console, rebuild=rebuild))
    except supervisor.CannotStart as error:
        raise Failure(str(error)) from error


@main.command()
def dev() -> None:
    """Start the site with hot reload, for working on it."""
    from elka import supervisor

    _settings()
    try:
        sys.exit(supervisor.dev(console))
    except supervisor.CannotStart as error:
        raise Failure(str(error)) from error


@main.command()
def build() -> None:
    """Build the pages if their sources changed."""
    from elka import build as builder

    site = _settings()
    if builder.is_fresh(site):
        console.print("The pages are up to date.")
        return
    try:
        with console.status("Building the pages…"):
            builder.refresh(site)
    except builder.BuildFailed as error:
        raise Failure(f"the pages could not be built\n{error}") from error
    console.print("The pages are built.")


@main.command()
def worker() -> None:
    """Run jobs in a process of their own (set ELKA_JOBS_IN_APP=false for the site then)."""
    import asyncio

    from elka import logs
    from elka.jobs import run_worker

    _settings()
    logs.set_up()
    asyncio.run(run_worker(name="elka worker", signals=True))


@main.command()
@click.option("--down", metavar="REVISION", help="Undo migrations down to this revision (`base`: all). Data is lost.")
def migrate(down: str | None) -> None:
    """Bring the database to the newest shape."""
    from elka import migrate as migrations
    from elka.data.reference import load_reference
    from elka.db import engine, work_as

    _settings()
    if down is not None:
        click.confirm(f"Undo migrations down to {down}? Tables made since are dropped.", abort=True, err=True)
        migrations.downgrade(engine(), down)
    else:
        migrations.upgrade(engine())
        with work_as() as work:
            load_reference(work.session)
    console.print(f"Database at {migrations.state(engine())[0] or 'the beginning (empty)'}.")


@main.command()
@click.option("--scale", type=click.Choice(["small", "ugra"]), default="small", show_default=True)
@click.option("--seed", type=int, default=2026, show_default=True, help="The same seed makes the same region.")
@click.option("--reset", is_flag=True, help="Empty the database first. Everything in it is lost.")
def demo(scale: str, seed: int, reset: bool) -> None:
    """Fill the database with a demo region: people, projects, contests in every stage, votes."""
    from elka import clock
    from elka import migrate as migrations
    from elka.data.reference import load_reference
    from elka.db import engine, work_as
    from elka.demo.load import is_empty, load

    site = _settings()
    if not site.is_demo:
        raise Failure("this is not a demo site: ELKA_DEMO is off")
    if reset:
        migrations.downgrade(engine(), "base")
    migrations.upgrade(engine())
    with work_as() as work:
        load_reference(work.session)
    if not is_empty(engine()):
        raise Failure("the database holds people already; `--reset` empties it first")
    with _progress() as bars:
        task = bars.add_task(f"Demo region, scale {scale}", total=1.0)

        def step(done: float, what: str) -> None:
            bars.update(task, completed=done, description=what)

        load(engine(), scale=scale, seed=seed, now=clock.now(), progress=step)
        bars.update(task, completed=1.0)
    console.print("The demo region is ready.")


@main.command()
def doctor() -> None:
    """Check the database, migrations, jobs, every invariant of votes and the journal's chain. Exit 1 if one fails."""
    from elka import doctor as checks

    _settings()
    bad = 0
    for finding in checks.report():
        bad += not finding.ok
        mark = "[green]ok[/green]     " if finding.ok else "[red]FAILED[/red] "
        console.print(f"{mark}{finding.name}" + ("" if finding.ok else f": {finding.detail}"))
    sys.exit(1 if bad else 0)


@main.group()
def user() -> None:
    """Look after accounts."""


@user.command("grant-role")
@click.argument("email")
@click.argument("role", type=click.Choice(["official", "expert", "moderator", "administrator"]))
@click.option("--municipality", help="Name of the municipality; without it the role covers the region.")
def grant_role(email: str, role: str, municipality: str | None) -> None:
    """Grant ROLE to the account with EMAIL, for a municipality or for the region. Journalled."""
    from elka.core.actor import SYSTEM
    from elka.db import work_as
    from elka.errors import Refused
    from elka.state.roles import grant_role as grant

    _settings()
    try:
        with work_as(SYSTEM) as work:
            grant(work, email, role, municipality)
    except Refused as refused:
        raise Failure("; ".join(refused.fields.values()) or refused.message) from refused
    console.print(f"{email} is now {role} of {municipality or 'the region'}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write the database, the uploaded files and the secret key into one archive FILE (.tar.gz, mode 0600)."""
    _archive("backup", file)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
def restore(file: Path, yes: bool) -> None:
    """Replace the database and the files by those of a backup. Stop the site first."""
    if not yes:
        click.confirm("Everything in the present database is replaced. Go on?", abort=True, err=True)
    _archive("restore", file)


def _archive(what: str, file: Path) -> None:
    from elka import archive

    site = _settings()
    act: Callable[[Settings, Path], int] = getattr(archive, what)
    try:
        with console.status(f"{what.capitalize()}…"):
            size = act(site, file)
    except archive.ArchiveFailed as error:
        raise Failure(str(error)) from error
    console.print(f"Done: {file}, {size / 2**20:.1f} MiB.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--receipt", default="", metavar="CODE", help="Is the ballot with this receipt counted?")
@click.option("--root", default="", metavar="HEX", help="The root that was published when voting closed.")
@click.option(
    "--sha256", default="", metavar="HEX", help="The SHA-256 of the file that was published with the results."
)
@click.option(
    "--previous", type=click.Path(path_type=Path), help="The file of the version before, where results were corrected."
)
def verify(file: Path, receipt: str, root: str, sha256: str, previous: Path | None) -> None:
    """Recount a published FILE of ballots (.pb) and check its hash root. Needs neither the site nor its database.

    Exit codes: 0 all fits, 1 something does not (or there is no such receipt), 2 the file cannot be read.
    """
    from elka.verify import verified

    code, said = verified(file, receipt=receipt, root=root, sha256=sha256, previous=previous)
    click.echo("\n".join(said))
    sys.exit(code)


@main.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
@click.option("--list", "list_only", is_flag=True, help="List the benchmarks.")
def bench(name: str | None, as_json: bool, list_only: bool) -> None:
    """Measure: NAME is a benchmark of `--list`. Each sets up its own database and server and cleans up."""
    from elka.bench import BENCHES, run

    if list_only:
        for key, one in sorted(BENCHES.items()):
            click.echo(f"{key}\t{(one.__doc__ or '').splitlines()[0]}")
        return
    if name is None:
        raise click.UsageError(f"name a benchmark: {', '.join(sorted(BENCHES))}")
    if name not in BENCHES:
        raise click.UsageError(f"no benchmark {name!r}; there are: {', '.join(sorted(BENCHES))}")
    result = run(name, progress=lambda text: console.print(f"[dim]{text}[/dim]"))
    if as_json:
        click.echo(json.dumps(result, ensure_ascii=False))
    else:
        for key, value in result["figures"].items():
            console.print(f"{key:24} {value}")


main.add_command(tally)


if __name__ == "__main__":
    main()
