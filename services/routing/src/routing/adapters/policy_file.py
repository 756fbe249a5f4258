"""The policy as a policy officer writes it, checked when it is loaded."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chassis.calendar import Unit
from routing.domain import CARE, ENFORCEMENT, Policy, Request, Rule

Fact = Literal["tenure", "danger", "children", "going_on_now", "reported_before"]
Track = Literal["care", "enforcement"]


class PolicyIsWrong(Exception):
    """The policy cannot be used; the message says where and why."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    because: str = Field(min_length=10)
    term: int = Field(gt=0, le=250)
    unit: Unit = Unit.WORKING_DAYS


class _GeneralRule(_Part):
    name: str
    when: dict[Fact, bool | str] = Field(min_length=1)
    tracks: list[Track]
    ask: list[str] = Field(min_length=1)


class _CategoryRule(_Part):
    care: list[str] = []
    enforcement: list[str] = []


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    questions: dict[str, str]
    rules: list[_GeneralRule]
    categories: dict[str, _CategoryRule]


def load(text: str | None = None) -> Policy:
    """The policy in a text, or the one that comes with the hub. PolicyIsWrong with place and reason."""
    try:
        content = tomllib.loads(text or (files("routing") / "policy.toml").read_text("utf-8"))
        file = _File.model_validate(content)
    except tomllib.TOMLDecodeError as fault:
        raise PolicyIsWrong(f"This is not TOML: {fault}") from None
    except ValidationError as faults:
        lines = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults.errors())
        raise PolicyIsWrong("; ".join(lines)) from None
    asked = {partner for rule in file.rules for partner in rule.ask} | {
        partner for rule in file.categories.values() for partner in (*rule.care, *rule.enforcement)
    }
    if unknown := asked - set(file.questions):
        raise PolicyIsWrong(f"questions: nothing to ask {', '.join(sorted(unknown))}")
    return Policy(file.version, (*_general_rules(file), *_category_rules(file, content["categories"])))


def _category_rules(file: _File, written: Mapping[str, Mapping[str, object]]) -> Iterator[Rule]:
    """The track that is written first leads: only the text itself knows which that is."""
    for category, rule in file.categories.items():
        asked = {CARE: rule.care, ENFORCEMENT: rule.enforcement}
        tracks = tuple(track for track in written[category] if asked.get(track))
        requests = tuple(
            _request(partner, track, rule, file.questions) for track in tracks for partner in asked[track]
        )
        yield Rule(category, rule.because, category, {}, tracks, requests)


def _general_rules(file: _File) -> Iterator[Rule]:
    for rule in file.rules:
        track = rule.tracks[0] if rule.tracks else CARE
        requests = tuple(_request(partner, track, rule, file.questions) for partner in rule.ask)
        yield Rule(
            rule.name,
            rule.because,
            None,
            {str(fact): wanted for fact, wanted in rule.when.items()},
            tuple(rule.tracks),
            requests,
        )


def check_partners(policy: Policy, register: Collection[str]) -> None:
    """PolicyIsWrong where the policy asks a partner that the register does not know."""
    asked = {request.partner for rule in policy.rules for request in rule.requests}
    if unknown := asked - set(register):
        raise PolicyIsWrong(f"the register does not know {', '.join(sorted(unknown))}")


def _request(partner: str, track: str, rule: _Part, questions: Mapping[str, str]) -> Request:
    return Request(partner, track, questions[partner], (rule.term, rule.unit))
