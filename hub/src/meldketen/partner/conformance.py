"""Plays the hub for one partner: asks a series of questions, waits for the answers, and says what is wrong with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.clock import wall_clock
from chassis.identity import new_id
from chassis.rehearsal import Heard, Stage
from meldketen.partner import questions
from meldketen.partner.judging import Finding, Judge
from meldketen.partner.questions import Question
from routing.domain.assignments import State, withdraw
from routing.domain.partners import Partner

MARK = "OEFENING"


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked, and what must come.

    `twice`: the question comes again. `taken_back`: it is withdrawn when accepted. `told_more`: what the partner wants to
    know is told, and then it must end.
    """

    name: str
    words: str
    ends: State
    passes: tuple[State, ...] = ()
    twice: bool = False
    taken_back: bool = False
    told_more: bool = False

    @property
    def at_first(self) -> tuple[State, ...]:
        """What must come before the hub says anything more."""
        return self.passes if self.taken_back or self.told_more else (*self.passes, self.ends)


ANSWER = Case(
    "answer", f"{MARK}: pak dit op en antwoord.", State.ANSWERED, passes=(State.ACCEPTED, State.IN_PROGRESS)
)
DECLINE = Case("decline", f"{MARK}: wijs dit af.", State.DECLINED)
REPEAT = replace(ANSWER, name="repeat", twice=True)
WITHDRAW = Case(
    "withdraw", f"{MARK}: pak dit op en wacht.", State.WITHDRAWN, passes=(State.ACCEPTED,), taken_back=True
)
CLARIFY = Case(
    "clarify",
    f"{MARK}: vraag eerst om meer.",
    State.ANSWERED,
    passes=(State.INFORMATION_NEEDED,),
    told_more=True,
)
CASES = (ANSWER, DECLINE, REPEAT, WITHDRAW, CLARIFY)
MORE = "Het gaat om de derde verdieping."
READ_THE_QUEUE = "Read the queue, and do what the text of the question asks."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came in a case, and what was wrong."""

    case: str
    states: tuple[State, ...]
    findings: tuple[Finding, ...]


async def conform(
    partner: Partner, stage: Stage, within: timedelta, quiet: timedelta, tell: Callable[[Verdict], None]
) -> bool:
    """Play every case, one after the other; whether all was well. CannotRehearse.

    `within` is how long the partner has for each answer, and `quiet` how long the hub listens on when all has come.
    """
    judge = Judge(partner.id, questions.language_of(partner))
    states = possible_states(partner)
    well = True
    for case in CASES:
        if case.told_more and State.INFORMATION_NEEDED not in states:
            continue
        wanted = [state for state in case.at_first if state in states]
        verdict = await _Play(partner, stage, judge, within, quiet).play(case, wanted)
        well = well and not verdict.findings
        tell(verdict)
    return well


def possible_states(partner: Partner) -> set[State]:
    """What the partner's language has a word for."""
    return {State(state) for state, _ in questions.golden_answers(partner)}


@dataclass(frozen=True, slots=True)
class _Play:
    partner: Partner
    stage: Stage
    judge: Judge
    within: timedelta
    quiet: timedelta

    async def play(self, case: Case, wanted: list[State]) -> Verdict:
        question = questions.ask(self.partner, case.words, wall_clock())
        about = question.assignment.assignment_id
        self.judge.expect(question.assignment)
        await self.stage.ask(question.event)
        await self.stage.tell(questions.clock(question.assignment, "started", str(new_id()), wall_clock()))
        findings = await self._hear(question, wanted, READ_THE_QUEUE)
        if case.twice:
            await self.stage.ask(question.event)
            findings += await self._listen_on(_again)
        if case.taken_back and not findings:
            await self._take_back(question)
            findings += await self._listen_on(_too_late)
        if case.told_more and not findings:
            findings += await self._tell_more(question, case.ends)
        findings += await self._listen_on(_as_it_is)
        return Verdict(case.name, tuple(self.judge.states[about]), tuple(findings))

    async def _hear(self, question: Question, wanted: Sequence[State], hint: str) -> list[Finding]:
        """Until all that is wanted came, or nothing more comes in time."""
        states = self.judge.states[question.assignment.assignment_id]
        findings: list[Finding] = []
        while not set(wanted) <= set(states):
            heard = await self.stage.hear(self.within.total_seconds())
            if heard is None:
                missing = ", ".join(state for state in wanted if state not in states)
                what = f"{missing}: not said within {self.within.total_seconds():g} seconds."
                return [*findings, Finding("silence", what, hint)]
            findings += self.judge.judge(heard)
            over = {State.ANSWERED, State.DECLINED}.difference(wanted).intersection(states[-1:])
            if over and not set(wanted) <= set(states):
                what = f"It was {over.pop()}, and first there was to come: {', '.join(wanted)}."
                return [*findings, Finding("answer", what, f"In a rehearsal, do what stands after {MARK}.")]
        return findings

    async def _listen_on(self, reword: Callable[[Finding], Finding]) -> list[Finding]:
        """What comes beside what was wanted."""
        findings: list[Finding] = []
        while heard := await self._next():
            findings += map(reword, self.judge.judge(heard))
        return findings

    async def _next(self) -> Heard | None:
        return await self.stage.hear(self.quiet.total_seconds())

    async def _tell_more(self, question: Question, ends: State) -> list[Finding]:
        """Answer what the partner wants to know, where it waits for that; and hear how it ends."""
        about = question.assignment.assignment_id
        findings = await self._listen_on(_as_it_is)
        told = questions.clarify(self.partner, question, MORE, wall_clock())
        if told is None or findings:
            return findings
        if self.judge.states[about][-1] is not State.INFORMATION_NEEDED:
            what = f"It wanted to know more, and went on without: {self.judge.states[about][-1]}."
            return [Finding("clarified", what, f"Wait for {told.name}, which brings what you asked for.")]
        self.judge.tell(about)
        await self.stage.ask(told)
        return await self._hear(
            question,
            [ends],
            f"Read {told.name}, which brings what you asked for, and answer the question then.",
        )

    async def _take_back(self, question: Question) -> None:
        about = question.assignment.assignment_id
        now = wall_clock()
        self.judge.asked[about] = withdraw(self.judge.asked[about], now, "not-needed")
        taken = Question(self.judge.asked[about], question.event)
        await self.stage.ask(questions.withdraw(self.partner, taken, now))


def _as_it_is(finding: Finding) -> Finding:
    return finding


def _again(finding: Finding) -> Finding:
    """A question that came again must not be answered as if it were new."""
    if finding.about != "order":
        return finding
    hint = "A queue may deliver a question again: answer with the ids of the first time, or not at all."
    return Finding("repeat", f"The question came again and was answered anew: {finding.what}", hint)


def _too_late(finding: Finding) -> Finding:
    if finding.about != "order":
        return finding
    hint = "After a withdrawal, stop: what comes after it is put before a person."
    return Finding("withdrawn", f"It was answered after it was taken back: {finding.what}", hint)
