"""The page of the instruments of enforcement: what each refuses and by which article, and what the law sets."""

import ast
from collections.abc import Iterator, Sequence
from inspect import getsource
from itertools import product
from types import ModuleType

from casework.adapters.law_file import load, shipped
from casework.domain import (
    coercion,
    collecting,
    conduct,
    criminal,
    debts,
    decision_terms,
    fine,
    forfeiture,
    notices,
    objections,
    penalty,
    relief,
    requests,
    storage,
    violations,
    warning,
)
from casework.domain.instruments import BEGIN, NAMES, POWERS, Instrument
from casework.domain.law import AmountName, LegalTerm, Provision, RuleName, euros
from meldketen.markdown import table

HEAD = """\
# The instruments of enforcement

<!-- Made from services/casework/src/casework/domain and instruments.toml by `uv run python -m meldketen.reference`. Change them there. -->

What can be done about a violation, when it cannot, and by which article. A step that the law does not allow is refused with these very
words; `…` stands for a day or an amount. Each function of an instrument takes its state and who acts on which day, and gives the new
state, what has to be told, and which legal terms begin, stand still and end. Why it is made like this:
[decision 15](../decisions/0015-an-instrument-is-a-state-machine-of-the-law.md). No screen or API uses it yet.

*Not a source of law.* What was checked, and against what, stands in the decision; what a lawyer must look at before the city counts on
it stands in the last table.
"""
LAW_HEAD = """
## What the law and the city set

From [instruments.toml](../../services/casework/src/casework/instruments.toml). Each holds from its day until a later one of the same name.

"""
CHECK_HEAD = """
## To be checked by a lawyer

"""
SECTIONS: Sequence[tuple[str, Sequence[ModuleType]]] = (
    ("Every sanction", (violations,)),
    ("Views beforehand", (notices,)),
    ("Warning letter", (warning,)),
    ("Order under penalty", (penalty, forfeiture, relief)),
    ("Order under coercion", (coercion, storage)),
    ("Fine", (fine,)),
    ("Criminal track", (criminal,)),
    ("Behavioural order", (conduct,)),
    ("Paying and collecting", (debts, collecting)),
    ("Requests, and terms to decide", (requests, decision_terms)),
    ("Objection and appeal", (objections,)),
)
UNKNOWN = "…"
REFUSALS = {"StepRefused", "Lack"}


def instruments() -> str:
    """The page."""
    return HEAD + _powers() + "".join(map(_section, SECTIONS)) + LAW_HEAD + _law() + CHECK_HEAD + _to_check()


def _powers() -> str:
    rows = ((NAMES[one], f"`{one}`", POWERS[one], BEGIN[one]) for one in Instrument)
    return "\n" + table(("Instrument", "In the code", "Power", "Where nothing hinders it"), rows)


def _section(section: tuple[str, Sequence[ModuleType]]) -> str:
    title, modules = section
    rows = dict.fromkeys(row for module in modules for row in _refusals(module))
    return f"\n## {title}\n\n" + table(("Refused by", "Because"), rows)


def _refusals(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Each article and sentence that a module refuses with, in the order of its text."""
    calls = (node for node in ast.walk(ast.parse(getsource(module))) if isinstance(node, ast.Call))
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in REFUSALS]
    for call in sorted(named, key=lambda call: call.lineno):
        article, why = call.args
        by = " or ".join(_words(article, module)).replace(UNKNOWN, "by the case")
        yield from ((by, sentence) for sentence in _words(why, module) if sentence != UNKNOWN)


def _words(node: ast.expr, module: ModuleType) -> list[str]:
    """What an expression can say, with … where that is only known at the time."""
    match node:
        case ast.Constant(value=value):
            return [str(value)]
        case ast.IfExp(body=body, orelse=other):
            return [*_words(body, module), *_words(other, module)]
        case ast.Name(id=name) if isinstance(getattr(module, name, None), str):
            return [getattr(module, name)]
        case ast.JoinedStr(values=parts):
            return ["".join(told) for told in product(*(_words(part, module) for part in parts))]
        case ast.FormattedValue(value=value):
            return _words(value, module)
        case _:
            return [UNKNOWN]


def _law() -> str:
    rows = ((f"`{one.name}`", _value(one), one.valid_from.isoformat(), one.source) for one in _provisions())
    return table(("Name", "Value", "From", "Source"), rows)


def _to_check() -> str:
    rows = ((f"`{one.name}`", one.valid_from.isoformat(), one.check) for one in _provisions() if one.check)
    return table(("Name", "From", "What to check"), rows)


def _provisions() -> Sequence[Provision]:
    return load(shipped()).provisions


def _value(one: Provision) -> str:
    if isinstance(one.value, LegalTerm):
        return one.value.words
    if one.name in set(RuleName):
        return "ja" if one.value else "nee"
    return euros(one.value) if one.name in set(AmountName) else str(one.value)
