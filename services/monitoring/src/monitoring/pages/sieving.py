"""What was asked of the board in its address, and how that is shown and taken off again."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from monitoring.domain.board import Choices, Sieve, Urgency
from monitoring.domain.clocks import Promise
from monitoring.domain.escalation import DESK
from monitoring.handlers.promises import DESK_NAME
from monitoring.pages.board_words import WAITS

URGENCIES = {"te-laat": Urgency.LATE, "bijna": Urgency.ALMOST, "let-op": Urgency.STRANDED}
URGENCY_WORDS = {"te-laat": "Te laat", "bijna": "Bijna te laat", "let-op": "Let op"}
TAKEN_WORDS = {"mij": "Door mij", "niemand": "Door niemand"}
LONGEST_WORD = 200
LONGEST_PAGE = 4
_WORDS = ("ernst", "bij", "pakt", "belofte", "soort", "wijk", "uitgesteld")
_KNOWN = {
    "ernst": set(URGENCIES),
    "pakt": set(TAKEN_WORDS),
    "belofte": {str(one) for one in Promise},
    "uitgesteld": {"ja"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """As it came. What has no meaning is left out."""

    ernst: str = ""
    bij: str = ""
    pakt: str = ""
    belofte: str = ""
    soort: str = ""
    wijk: str = ""
    uitgesteld: str = ""
    pagina: int = 1

    def sieve(self, who: str) -> Sieve:
        return Sieve(
            urgency=URGENCIES.get(self.ernst),
            promise=Promise(self.belofte) if self.belofte else None,
            holder=self.bij or None,
            category_name=self.soort or None,
            area_name=self.wijk or None,
            taken_by=who if self.pakt == "mij" else None,
            untaken=self.pakt == "niemand",
            snoozed=bool(self.uitgesteld),
        )

    @property
    def query(self) -> str:
        """The part of an address that asks the same, with its question mark; empty where nothing is asked."""
        return _query(asdict(self))

    def other(self, **words: str) -> str:
        """The query that differs in this, from the first page on."""
        return _query(asdict(self) | words | {"pagina": 1})

    def page(self, number: int) -> str:
        return _query(asdict(self) | {"pagina": number})

    @property
    def is_sieved(self) -> bool:
        return bool(self.other(uitgesteld=""))


def _query(asked: dict[str, str | int]) -> str:
    said = {name: word for name, word in asked.items() if word not in {"", 1}}
    return f"?{urlencode(said)}" if said else ""


async def _asked(request: Request) -> Asked:
    said = {name: request.query_params.get(name, "").strip()[:LONGEST_WORD] for name in _WORDS}
    page = request.query_params.get("pagina", "")
    return Asked(
        **{name: word if _has_meaning(name, word) else "" for name, word in said.items()},
        pagina=int(page) if page.isascii() and page.isdigit() and 0 < len(page) <= LONGEST_PAGE else 1,
    )


def _has_meaning(name: str, word: str) -> bool:
    """PostgreSQL takes no control signs in a text."""
    return word in _KNOWN[name] if name in _KNOWN else word.isprintable()


AskedOfTheBoard = Annotated[Asked, Depends(_asked)]


def chips(asked: Asked, choices: Choices) -> list[tuple[str, str]]:
    """What is sieved by, each in words with the query that takes it off."""
    return [(words, asked.other(**{name: ""})) for name, words in _in_words(asked, choices)]


def _in_words(asked: Asked, choices: Choices) -> Iterator[tuple[str, str]]:
    if asked.ernst:
        yield "ernst", URGENCY_WORDS[asked.ernst]
    if asked.bij:
        names = {DESK: DESK_NAME} | dict(choices.holders)
        yield "bij", f"Bij {names.get(asked.bij, asked.bij)}"
    if asked.pakt:
        yield "pakt", f"{TAKEN_WORDS[asked.pakt]} opgepakt"
    if asked.belofte:
        yield "belofte", WAITS[Promise(asked.belofte)]
    if asked.soort:
        yield "soort", asked.soort
    if asked.wijk:
        yield "wijk", asked.wijk


def options(asked: Asked, choices: Choices) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen; what was chosen is there too when nothing on the board is so any more."""
    return {
        "ernst": [("", "Alles"), *URGENCY_WORDS.items()],
        "bij": _with(asked.bij, [("", "Iedereen"), (DESK, DESK_NAME), *choices.holders]),
        "pakt": [("", "Iedereen"), *TAKEN_WORDS.items()],
        "belofte": [("", "Alles"), *((one.value, WAITS[one]) for one in Promise)],
        "soort": _with(asked.soort, [("", "Alles"), *((one, one) for one in choices.categories)]),
        "wijk": _with(asked.wijk, [("", "Alle buurten"), *((one, one) for one in choices.areas)]),
    }


def _with(chosen: str, known: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return known if chosen in dict(known) else [*known, (chosen, chosen)]


def nothing(asked: Asked) -> tuple[str, str]:
    """What is said where no row is, as heading and sentence."""
    if asked.pagina > 1:
        return "Deze pagina is leeg", "Er vragen minder termijnen aandacht dan net."
    return _NOTHING.get(asked.query, _NOTHING_SO)


_NOTHING = {
    "": (
        "Geen termijnen die aandacht vragen",
        "Er is niets te laat en niets bijna te laat. Komt er iets bij, dan staat het hier vanzelf.",
    ),
    "?uitgesteld=ja": ("Niets is uitgesteld", "Wat iemand uitstelt, staat hier tot het vanzelf terugkomt."),
    "?pakt=mij": ("U pakt niets op", "Wat u oppakt, vindt u hier terug."),
    "?pakt=niemand": ("Alles is opgepakt", "Van alles wat aandacht vraagt, is bekend wie het oppakt."),
    "?ernst=te-laat": ("Niets is te laat", "Komt er iets bij, dan staat het hier vanzelf."),
    "?ernst=bijna": ("Niets is bijna te laat", "Komt er iets bij, dan staat het hier vanzelf."),
    "?ernst=let-op": ("Alles kon bezorgd worden", "Komt er iets bij, dan staat het hier vanzelf."),
}
_NOTHING_SO = (
    "Niets past bij deze filters",
    "Haal een filter weg om meer te zien. Komt er iets bij, dan staat het hier vanzelf.",
)
