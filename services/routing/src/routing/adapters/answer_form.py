"""What somebody filled in on the answer page, as an answer."""

from collections.abc import Mapping

from routing.domain.assignments import FOLLOWS, Answer, Assignment, State

LONGEST_NOTE = 4000

CHOICES = {
    State.ACCEPTED: "Wij pakken dit op",
    State.IN_PROGRESS: "Wij zijn ermee bezig",
    State.INFORMATION_NEEDED: "Wij willen eerst meer weten",
    State.ANSWERED: "Wij zijn klaar",
    State.DECLINED: "Wij kunnen dit niet doen",
}
REASONS = {
    "not-ours": "Dit is niet aan ons",
    "no-capacity": "Wij hebben er geen tijd of mensen voor",
    "not-enough-facts": "Wij weten er te weinig van",
    "already-handled": "Wij hebben dit al gedaan",
    "other": "Iets anders",
}
OUTCOMES = {
    "solved": "Het is opgelost",
    "measure-taken": "Wij hebben een maatregel genomen",
    "help-offered": "Wij hebben hulp aangeboden",
    "unfounded": "Er was niets aan de hand",
    "not-solved": "Het is niet opgelost",
    "closed": "Wij zijn gestopt, en delen niet waarom",
}
FINDINGS = {
    "": "Niets daarvan",
    "violation-found": "Er is een overtreding",
    "refused": "Onze hulp is geweigerd",
    "normalised": "De rust is terug",
    "moved": "De bewoner is verhuisd",
    "handed-over": "Wij hebben het overgedragen",
}

Faults = list[tuple[str, str]]


class AnswerIncomplete(Exception):
    """Something is missing, or cannot be. Each fault is a field and a sentence."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults


def choices(assignment: Assignment) -> list[tuple[str, str]]:
    """What can be answered now: value and text."""
    return [(state.value, text) for state, text in CHOICES.items() if state in FOLLOWS[assignment.state]]


def read(filled: Mapping[str, str], assignment: Assignment) -> Answer:
    """AnswerIncomplete. Whether it can follow is for the domain to say."""
    chosen = filled.get("antwoord", "")
    if chosen not in CHOICES:
        raise AnswerIncomplete([("antwoord", "Kies wat u wilt antwoorden.")])
    state = State(chosen)
    note = filled.get(f"toelichting-{state}", "").replace("\r\n", "\n").strip()
    faults = [*_faults(state, filled), *_faults_of_note(state, note)]
    if faults:
        raise AnswerIncomplete(faults)
    done = state is State.ANSWERED
    return Answer(
        assignment_id=assignment.assignment_id,
        state=state,
        reason=filled["reden"] if state is State.DECLINED else None,
        outcome=filled["uitkomst"] if done else None,
        finding=filled.get("bevinding") or None if done else None,
        note=note or None,
    )


def _faults(state: State, filled: Mapping[str, str]) -> Faults:
    if state is State.DECLINED and filled.get("reden") not in REASONS:
        return [("reden", "Kies waarom u dit niet kunt doen.")]
    if state is not State.ANSWERED:
        return []
    faults: Faults = []
    if filled.get("uitkomst") not in OUTCOMES:
        faults.append(("uitkomst", "Kies wat de uitkomst is."))
    if filled.get("bevinding", "") not in FINDINGS:
        faults.append(("bevinding", "Kies wat u hebt gevonden uit de lijst."))
    return faults


def _faults_of_note(state: State, note: str) -> Faults:
    field = f"toelichting-{state}"
    if state is State.INFORMATION_NEEDED and not note:
        return [(field, "Schrijf op wat u wilt weten.")]
    if len(note) > LONGEST_NOTE:
        return [(field, f"Schrijf het in {LONGEST_NOTE} tekens of minder. Nu zijn het er {len(note)}.")]
    if "\x00" in note:
        return [(field, "Er staat een teken in dat wij niet kunnen lezen.")]
    return []
