"""What a dry run found, as JSON and back."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from routing.domain.dry_runs import Effects, Example

Pairs = Counter[tuple[str, str]]


def written(effects: Effects) -> dict[str, Any]:
    return {
        "reports": dict(effects.reports),
        "changed": dict(effects.changed),
        "before": _pairs(effects.before),
        "after": _pairs(effects.after),
        "examples": [[str(one.report_id), one.category, list(one.difference)] for one in effects.examples],
        "unread": effects.unread,
    }


def _pairs(counted: Pairs) -> list[list[Any]]:
    return [[category, part, many] for (category, part), many in counted.items()]


def read(kept: Mapping[str, Any]) -> Effects:
    return Effects(
        reports=Counter(kept["reports"]),
        changed=Counter(kept["changed"]),
        before=_counted(kept["before"]),
        after=_counted(kept["after"]),
        examples=tuple(
            Example(UUID(report_id), category, tuple(sentences))
            for report_id, category, sentences in kept["examples"]
        ),
        unread=kept["unread"],
    )


def _counted(pairs: list[list[Any]]) -> Pairs:
    return Counter({(category, part): many for category, part, many in pairs})
