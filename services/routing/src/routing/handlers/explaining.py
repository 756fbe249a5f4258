"""Why a report was decided as it was."""

from dataclasses import dataclass
from uuid import UUID

from chassis.transaction import Transaction
from routing.adapters import kept_assessment, policy_file, report_facts
from routing.adapters.policy_file import PolicyIsWrong
from routing.domain.explaining import Explanation, NoSuchAssessment, explain
from routing.domain.policy import Assessment, Policy
from routing.store import assessments
from routing.store.policies import policies


@dataclass(frozen=True, slots=True)
class Explained:
    """The newest assessment of a report. `again` is what its own version says of its facts; none where that is gone."""

    kept: assessments.Kept
    decided: Assessment
    again: Explanation | None


async def explain_report(report_id: UUID, tx: Transaction) -> Explained:
    """NoSuchAssessment."""
    kept = await assessments.find_newest(tx, report_id, lock=False)
    if kept is None:
        raise NoSuchAssessment(f"Nothing was decided here about {report_id}.")
    policy = await _policy_of(kept.policy_version, tx)
    facts = report_facts.read(kept.facts)
    decided = kept_assessment.read(kept.decision)
    return Explained(kept, decided, explain(facts, policy) if policy else None)


async def _policy_of(name: str, tx: Transaction) -> Policy | None:
    version = await policies.find(tx, name)
    try:
        return policy_file.load_kept(version.text) if version else None
    except PolicyIsWrong:
        return None
