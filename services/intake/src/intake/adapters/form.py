"""A report from a form on a page: the same shape as from anywhere, with faults in words for the reader."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from contracts.intake import Channel
from intake.adapters.categories import Categories, Kind
from intake.adapters.new_report import NewAddress, NewReport, clean
from intake.domain.questions import LONGEST_ANSWER, Given, QuestionForm, category_of, that_count
from look.languages import marked

Form = Mapping[str, str | Sequence[str]]
"""What was filled in, by field: a text, or a list where more is allowed."""

ADDRESS = ("postcode", "huisnummer", "toevoeging")
SIGNALS = ("danger", "children", "going_on_now", "reported_before")
ATTACHMENTS = "bijlage"
"""Its values are a file's id and, after a space, the name that its sender gave it."""
QUESTION = "vraag-"
"""What the name of a question's field begins with; its code follows."""

SENTENCES = {
    "category": ("soort", marked("Kies van welke overlast u last hebt.")),
    "story": ("verhaal", marked("Vertel wat er gebeurt, in ten hoogste 10.000 tekens.")),
    "address.postcode": (
        "postcode",
        marked("Vul een postcode in van vier cijfers en twee letters, zoals 2599 ZX."),
    ),
    "address.houseNumber": ("huisnummer", marked("Vul een huisnummer in: alleen cijfers.")),
    "address.addition": (
        "toevoeging",
        marked("Een toevoeging is ten hoogste tien letters of cijfers, zoals A of 2-hoog."),
    ),
    "joins": ("zaak", marked("Kies opnieuw bij welke zaak dit hoort.")),
    "reporter.tenure": ("woonvorm", marked("Kies hoe u woont.")),
    "reporter.name": ("naam", marked("Deze naam is te lang. Kort hem in tot 200 tekens.")),
    "reporter.email": ("email", marked("Dit is geen e-mailadres. Vul het in als naam@voorbeeld.nl.")),
    "reporter.phone": (
        "telefoon",
        marked("Dit is geen telefoonnummer. Vul het in als 070 000 00 00 of +31 70 000 0000."),
    ),
}
TOO_LONG = marked("Kort dit antwoord in tot 500 tekens.")


class FormIncomplete(Exception):
    """What is wrong, as a list of field id and sentence."""

    def __init__(self, faults: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(sentence for _, sentence in faults))
        self.faults = faults


def read(form: Form, channel: Channel, categories: Categories, language: str = "nl") -> NewReport:
    """FormIncomplete with every fault at once, in the order of the page."""
    kind = categories.kinds.get(_text(form, "soort"))
    given = answers(form, kind) if kind else []
    content = {
        "category": (category_of(kind.questions, given) or kind.category) if kind else None,
        "channel": channel,
        "story": _text(form, "verhaal"),
        "address": _address(form),
        "reporter": {
            "name": _text(form, "naam"),
            "phone": _text(form, "telefoon"),
            "email": _text(form, "email"),
            "anonymous": "anoniem" in form,
            "tenure": _text(form, "woonvorm") or ("other" if channel is Channel.PHONE else None),
        },
        "signals": {signal: signal in form.get("navraag", ()) for signal in SIGNALS},
        "answers": [{"question": answer.question, "value": answer.value} for answer in given],
        "language": language,
        "attachments": [value.partition(" ")[0] for value in _texts(form, ATTACHMENTS)],
        "joins": _text(form, "zaak") or None if channel is Channel.PHONE else None,
    }
    too_long = [(field, TOO_LONG) for field in _too_long(form, kind)]
    try:
        new = NewReport.model_validate(content)
    except ValidationError as reason:
        places = {".".join(map(str, fault["loc"])) for fault in reason.errors()}
        faults = [sentence for place, sentence in SENTENCES.items() if place in places]
        raise FormIncomplete(faults + too_long) from None
    if too_long:
        raise FormIncomplete(too_long)
    return new


def read_address(form: Form) -> NewAddress | None:
    """The address, where it is one."""
    try:
        return NewAddress.model_validate(_address(form))
    except ValidationError:
        return None


def answers(form: Form, kind: Kind) -> list[Given]:
    """The answers to what was asked, as the form has them: a field that another answer hides does not count."""
    given = [
        Given(question.code, str(clean(value)))
        for question in kind.questions
        for value in _texts(form, QUESTION + question.code)
    ]
    return that_count(kind.questions, given)


def _too_long(form: Form, kind: Kind | None) -> list[str]:
    texts = [q for q in kind.questions if q.form is QuestionForm.TEXT] if kind else []
    fields = [QUESTION + question.code for question in texts]
    return [field for field in fields if len(_text(form, field).strip()) > LONGEST_ANSWER]


def _address(form: Form) -> dict[str, str]:
    return {
        "postcode": _text(form, "postcode"),
        "houseNumber": _text(form, "huisnummer").strip(),
        "addition": _text(form, "toevoeging"),
    }


def _texts(form: Form, name: str) -> Sequence[str]:
    value = form.get(name, ())
    return [value] if isinstance(value, str) else value


def _text(form: Form, name: str) -> str:
    return next(iter(_texts(form, name)), "")
