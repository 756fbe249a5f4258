"""The screen of the policy: what is in force, every version, and every rule in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import HTMLResponse, Response

from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.toml_faults import sentence
from chassis.transaction import Transaction
from chassis.versions import Activation, Version
from look.pages import Pages
from routing.adapters import policy_file
from routing.adapters.names import names_for_people
from routing.adapters.policy_file import PolicyIsWrong
from routing.domain.comparing import compare
from routing.domain.policy import Policy, Rule, term_in_words
from routing.domain.wording import Line, in_lines, in_words, title
from routing.handlers.asking import Desk
from routing.store import dry_runs
from routing.store.policies import policies

PATH = "/beleid"
MayRead = Annotated[Principal, Depends(may("policy:read"))]
MayPropose = Annotated[Principal, Depends(may("policy:propose"))]
MayActivate = Annotated[Principal, Depends(may("policy:activate"))]
Name = Annotated[str, Path(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,39}$")]
RUNS_SHOWN = 10
KINDS = {"added": ("ok", "Nieuw"), "removed": ("late", "Vervalt"), "changed": ("notice", "Anders")}


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as it reads: what it is called, in short, and line by line; and the name it has in the text."""

    name: str
    title: str
    short: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version in a list, with its badge and when it was last put in force."""

    version: Version
    badge: tuple[str, str]
    last: Activation | None


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("routing")
    names = names_for_people(desk.register)

    @routes.get(PATH)
    async def show_policy(request: Request, tx: InTransaction, reader: MayRead) -> HTMLResponse:
        past = await policies.list_activations(tx)
        versions = await policies.list_versions(tx)
        return pages.render(
            request,
            "beleid.html",
            active=PATH,
            now=past[0] if past else None,
            decides_by=desk.in_force.rules.version,
            versions=[_view(version, past) for version in versions],
            runs=await dry_runs.list_newest(tx, RUNS_SHOWN),
            may_propose="policy:propose" in reader.scopes,
            **_rules(desk.in_force.rules, names),
        )

    @routes.get(PATH + "/versies/{name}")
    async def showversion_shown(
        request: Request, name: Name, tx: InTransaction, reader: MayRead
    ) -> HTMLResponse:
        return pages.render(request, "beleid-versie.html", **await version_shown(name, tx, reader, names))

    @routes.get(PATH + "/versies/{name}/tekst")
    async def take_text(name: Name, tx: InTransaction, _reader: MayRead) -> Response:
        headers = {"Content-Disposition": f'attachment; filename="beleid-{name}.toml"'}
        return Response((await policies.get(tx, name)).text, media_type="application/toml", headers=headers)

    @routes.get(PATH + "/vergelijken")
    async def show_difference(
        request: Request, tx: InTransaction, _reader: MayRead, van: str = "", naar: str = ""
    ) -> HTMLResponse:
        """Without a choice, what is in force beside the newest."""
        versions, past = await policies.list_versions(tx), await policies.list_activations(tx)
        old = van or (past[0].version if past else "")
        new = naar or next((one.name for one in versions if one.name != old), old)
        return pages.render(
            request,
            "beleid-vergelijken.html",
            active=PATH,
            versions=[(one.name, one.name) for one in versions],
            old=old,
            new=new,
            kinds=KINDS,
            **_difference(await policies.get(tx, old), await policies.get(tx, new), names),
        )

    return routes


def _view(version: Version, past: Sequence[Activation]) -> VersionView:
    mine = [one for one in past if one.version == version.name]
    if mine and mine[0] is past[0]:
        badge = ("ok", "Geldt nu")
    else:
        badge = ("plain", "Gold eerder") if mine else ("notice", "Voorgesteld")
    return VersionView(version, badge, mine[0] if mine else None)


async def version_shown(
    name: str, tx: Transaction, reader: Principal, names: Mapping[str, str]
) -> dict[str, Any]:
    version, past = await policies.get(tx, name), await policies.list_activations(tx)
    view = _view(version, past)
    try:
        rules = {"faults": [], **_rules(policy_file.load_kept(version.text), names)}
    except PolicyIsWrong as wrong:
        rules = {"faults": [sentence(*fault) for fault in wrong.faults], "general": [], "by_category": []}
    return {
        "active": PATH,
        "view": view,
        "now": past[0] if past else None,
        "activations": [one for one in past if one.version == name],
        "in_force": bool(view.last) and view.last is past[0],
        "was_in_force": bool(view.last),
        "is_mine": version.proposed_by == reader.name,
        "may_activate": "policy:activate" in reader.scopes,
        "may_propose": "policy:propose" in reader.scopes,
        "why": "",
        **rules,
    }


def _rules(policy: Policy, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "general": [_rule(rule, names) for rule in policy.rules if rule.category is None],
        "by_category": [_rule(rule, names) for rule in policy.rules if rule.category],
    }


def _rule(rule: Rule, names: Mapping[str, str]) -> RuleView:
    asked = ", ".join(names.get(request.part, request.part) for request in rule.requests)
    terms = {term_in_words(request): None for request in rule.requests}
    within = f", binnen {' of '.join(terms)}" if terms else ""
    short = f"{asked}{within}" if rule.category else in_words(rule.when, names)
    return RuleView(rule.name, title(rule, names), short, in_lines(rule, names))


def _difference(old: Version, new: Version, names: Mapping[str, str]) -> dict[str, Any]:
    try:
        before, after = policy_file.load_kept(old.text), policy_file.load_kept(new.text)
    except PolicyIsWrong as wrong:
        return {"changes": [], "errors": [("van", sentence(*fault)) for fault in wrong.faults]}
    return {"changes": compare(before, after, names)}
