"""The screens of the policy: what is in force, every version, and every rule in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from chassis import version_pages
from chassis.http import InTransaction
from chassis.principals import Principal, may
from chassis.version_pages import Screens, overview
from look.pages import Pages
from routing.adapters import policy_file
from routing.adapters.names import names_for_people
from routing.domain.comparing import compare
from routing.domain.policy import Policy, Rule, term_in_words
from routing.domain.wording import Line, in_lines, in_words, title
from routing.handlers import policies as handlers
from routing.handlers.asking import Desk
from routing.store import dry_runs
from routing.store.policies import policies

PATH = "/beleid"
MayRead = Annotated[Principal, Depends(may("policy:read"))]
MayPropose = Annotated[Principal, Depends(may("policy:propose"))]
RUNS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule as it reads: what it is called, in short, and line by line; and the name it has in the text."""

    name: str
    title: str
    short: str
    lines: tuple[Line, ...]


def router(desk: Desk) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    pages = Pages("routing")
    screens = _screens(desk)
    routes.include_router(version_pages.router(screens, pages.render))

    @routes.get(PATH)
    async def show_policy(request: Request, tx: InTransaction, reader: MayRead) -> HTMLResponse:
        return pages.render(
            request,
            "beleid.html",
            runs=await dry_runs.list_newest(tx, RUNS_SHOWN),
            **await overview(screens, desk.in_force.rules, tx, reader),
        )

    return routes


def _screens(desk: Desk) -> Screens[Policy]:
    names = names_for_people(desk.register)
    return Screens(
        path=PATH,
        title="Beleid",
        called="het beleid",
        right="policy",
        store=policies,
        propose=partial(handlers.propose, register=desk.register),
        put_in_force=partial(handlers.put_in_force, register=desk.register),
        go_back=partial(handlers.go_back, register=desk.register),
        read=policy_file.load_kept,
        show=partial(_show, names=names),
        compare=partial(compare, names=names),
        not_confirmed="Vink aan dat dit beleid gaat gelden.",
    )


def _show(policy: Policy, names: Mapping[str, str]) -> dict[str, Any]:
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
