"""`meldketen policy`: check a policy file, say why it decides as it does, and try it on the reports there were."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from chassis.clock import wall_clock
from meldketen.operator import Operator
from meldketen.remote import Remote, remote
from meldketen.terminal import console
from routing.adapters import policy_file, register_file
from routing.adapters.policy_file import PolicyIsWrong
from routing.api.dry_runs import DryRunOut, PartOut
from routing.api.explanations import ExplanationOut, FactsIn, ReportExplained, SightingIn, explanation_out
from routing.domain.explaining import explain
from routing.domain.policy import Policy

app = typer.Typer(help="Check, explain and try the two-track policy.", no_args_is_help=True)

LOOK_EVERY_SECONDS = 1.0

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A policy file, in TOML.")]
Url = Annotated[str | None, typer.Option(help="The hub. Unset: what MELDKETEN_URL says.")]


@app.command()
def check(file: File) -> None:
    """Say what is wrong with a policy file, each fault with its line; ends with 1 where anything is. Needs no hub."""
    policy = _checked(file)
    parts = {request.part for rule in policy.rules for request in rule.requests}
    categories = sum(rule.category is not None for rule in policy.rules)
    typer.echo(
        f"{file} is version {policy.version}: {len(policy.rules) - categories} general rules, "
        f"{categories} categories, {len(parts)} parts are asked. Nothing is wrong with it."
    )


@app.command("explain")
def explain_facts(  # noqa: PLR0913  each is an option
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="A policy file. Unset: what is in force."),
    ] = None,
    *,
    report: Annotated[UUID | None, typer.Option(help="The id of a report, in place of facts.")] = None,
    category: Annotated[str, typer.Option(help="What kind of nuisance it is.")] = "OVERIG",
    at: Annotated[datetime | None, typer.Option(help="When it was received, in UTC. Unset: now.")] = None,
    tenure: Annotated[str, typer.Option(help="How the reporter lives.")] = "other",
    danger: Annotated[bool, typer.Option("--danger", help="There is danger.")] = False,
    children: Annotated[bool, typer.Option("--children", help="Children live there.")] = False,
    going_on: Annotated[bool, typer.Option("--going-on-now", help="It goes on now.")] = False,
    reported_before: Annotated[
        bool, typer.Option("--reported-before", help="It was reported before.")
    ] = False,
    area: Annotated[str | None, typer.Option(help="The neighbourhood's code.")] = None,
    owner: Annotated[str | None, typer.Option(help="The partner that owns the dwelling.")] = None,
    answer: Annotated[list[str] | None, typer.Option(help="question=code; more than once for more.")] = None,
    finding: Annotated[list[str] | None, typer.Option(help="part=finding; more than once for more.")] = None,
    running: Annotated[list[str] | None, typer.Option(help="A track on which somebody is at work.")] = None,
    reports: Annotated[
        int, typer.Option(help="How many reports came about the address, with this one.", min=1)
    ] = 1,
    reporters: Annotated[int, typer.Option(help="By how many people.", min=1)] = 1,
    everything: Annotated[bool, typer.Option("--all", help="Also the rules that did not speak.")] = False,
    url: Url = None,
) -> None:
    """Say which rules speak about these facts, or spoke about a report: why, and what each looked at."""
    if report:
        told: ExplanationOut = ReportExplained.model_validate(
            remote("routing", "assessments", url).get(f"/{report}")
        )
    else:
        moment = at.replace(tzinfo=UTC) if at else wall_clock()
        facts = FactsIn(
            category=category,
            at=moment,
            tenure=tenure,
            danger=danger,
            children=children,
            going_on_now=going_on,
            reported_before=reported_before,
            area=area,
            owner=owner,
            answers=_answers(answer or []),
            findings=dict(_pair(one) for one in finding or []),
            running=frozenset(_tracks(running or [])),
            seen=tuple(
                SightingIn(who=str(min(number, reporters - 1)), category=category, at=moment)
                for number in range(max(reports, reporters))
            ),
        )
        told = _explained(facts, file, url)
    _show_explanation(told, everything=everything)


@app.command("dry-run")
def dry_run(
    file: File,
    since: Annotated[
        datetime | None,
        typer.Option(help="Only reports that were assessed since this day.", formats=["%Y-%m-%d"]),
    ] = None,
    url: Url = None,
) -> None:
    """Show what a policy file would have changed about the reports there were. It is not proposed; nothing changes."""
    _checked(file)
    runs = remote("routing", "dry-runs", url)
    body: dict[str, Any] = {"text": file.read_text("utf-8")}
    if since:
        body["since"] = since.replace(tzinfo=UTC).isoformat()
    run = _watch(runs, DryRunOut.model_validate(runs.post("", body)))
    if run.failure:
        typer.echo(run.failure, err=True)
        raise typer.Exit(1)
    _show_run(run)


def _checked(file: Path) -> Policy:
    """The policy in a file, which may ask whom the operator's register knows. Ends with 1 and every fault where it is wrong."""
    try:
        text = file.read_bytes().decode()
        policy = policy_file.load(text)
        register = register_file.read(Operator().register_file)
        policy_file.check_parts(policy, {one.part for one in register.values()}, text)
    except (PolicyIsWrong, UnicodeDecodeError) as wrong:
        said = str(wrong) if isinstance(wrong, PolicyIsWrong) else "Dit is geen tekst in UTF-8."
        typer.echo(said, err=True)
        raise typer.Exit(1) from None
    return policy


def _explained(facts: FactsIn, file: Path | None, url: str | None) -> ExplanationOut:
    if file:
        return explanation_out(explain(facts.facts(wall_clock()), _checked(file)))
    asked = {"facts": facts.model_dump(mode="json")}
    return ExplanationOut.model_validate(remote("routing", "assessments", url).post("/_explain", asked))


def _answers(given: Sequence[str]) -> dict[str, tuple[str, ...]]:
    answers: dict[str, tuple[str, ...]] = {}
    for question, code in map(_pair, given):
        answers[question] = (*answers.get(question, ()), code)
    return answers


def _pair(text: str) -> tuple[str, str]:
    name, is_there, value = text.partition("=")
    if not (name and is_there and value):
        raise typer.BadParameter(f"{text} is not NAME=VALUE.")
    return name, value


def _tracks(given: Sequence[str]) -> Sequence[Any]:
    if wrong := sorted(set(given) - {"care", "enforcement"}):
        raise typer.BadParameter(f"{', '.join(wrong)} is not a track: choose care or enforcement.")
    return given


def _show_explanation(told: ExplanationOut, *, everything: bool) -> None:
    out = console()
    rules = Table("Rule", "Spoke", "What it looked at", "Why it is there")
    for rule in told.rules:
        if rule.spoke or everything:
            spoke = "left out" if rule.overruled else "yes" if rule.spoke else "no"
            looked = "\n".join(f"{'+' if one.holds else '-'} {one.words}" for one in rule.readings)
            rules.add_row(rule.rule, spoke, looked, rule.because)
    asked = Table("Part", "Track", "Term", "Question")
    for one in told.requests:
        part = f"{one.part} (leads)" if one.part == told.lead else one.part
        asked.add_row(part, one.track, f"{one.amount} {one.unit}", one.question)
    out.print(f"Version {told.version}. Tracks: {', '.join(told.tracks)}.", markup=False)
    out.print(rules, asked)
    for part, why in told.withheld.items():
        out.print(f"{part} is not asked: {why}", markup=False)
    for track, why in told.held.items():
        out.print(f"{track} waits: {why}", markup=False)


def _watch(runs: Remote, run: DryRunOut) -> DryRunOut:
    columns = (TextColumn("reports"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reports", total=run.total)
        while run.state == "running":
            time.sleep(LOOK_EVERY_SECONDS)
            run = DryRunOut.model_validate(runs.get(f"/{run.dry_run_id}"))
            progress.update(task, completed=run.done)
    return run


def _show_run(run: DryRunOut) -> None:
    kinds = Table("Category", "Reports", "Would change", "Parts that are asked more or less")
    for one in run.categories:
        moved = [f"{p.part} {p.before} → {p.after}" for p in one.parts if p.before != p.after]
        kinds.add_row(one.category, str(one.reports), str(one.changed), ", ".join(moved) or "none")
    parts = Table("Part", "Before", "After", "Difference")
    for part in run.parts:
        parts.add_row(part.part, str(part.before), str(part.after), _difference(part))
    out = console()
    out.print(kinds, parts)
    unread = f" {run.unread} could not be read." if run.unread else ""
    out.print(f"{run.changed} of {run.reports} reports would go another way.{unread} Nothing was changed.")


def _difference(part: PartOut) -> str:
    return f"{part.after - part.before:+d}" if part.after != part.before else "0"
