"""The kit of one partner: what its developer needs to take part, in a folder."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from chassis.topology import partner_queue, partner_user
from contracts.catalogue import Exchange
from contracts.envelope import CloudEvent
from contracts.partner_documents import description, entries_of, schemas
from meldketen.partner import questions
from routing.domain.partners import Partner

AS_THEY_ARE = ("client_aio_pika.py", "client_faststream.py", "requirements.txt")


def write(partner: Partner, folder: Path) -> list[Path]:
    """Write the kit; what was written. CannotRehearse where the partner is not connected, or may be sent nothing."""
    written = []
    for name, text in contents(partner):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        written.append(file)
    return written


def contents(partner: Partner) -> Iterator[tuple[str, str]]:
    asked = questions.golden(partner).event
    answers = dict(questions.golden_answers(partner))
    language = partner.adapter or ""
    yield "asyncapi.json", _json(description(partner.id, partner.name, language))
    for name, schema in schemas(language).items():
        yield f"schemas/{name}.json", _json(schema)
    yield "question.json", _event(asked)
    for state, answer in answers.items():
        yield f"answers/{state}.json", _event(answer)
    yield "partner.json", _json(_settings(partner))
    yield "README.md", _readme(partner, answers)
    for name in AS_THEY_ARE:
        yield name, _file(name)


def _settings(partner: Partner) -> dict[str, Any]:
    return {
        "partner": partner.id,
        "user": partner_user(partner.id),
        "queue": partner_queue(partner.id),
        "exchange": str(Exchange.PARTNER_IN),
    }


def _readme(partner: Partner, answers: dict[str, CloudEvent]) -> str:
    tracks = {"care": "care", "enforcement": "enforcement"}
    heard = [e.name for e in entries_of(partner.adapter or "") if e.exchange is Exchange.PARTNER_OUT]
    said = [e.name for e in entries_of(partner.adapter or "") if e.exchange is Exchange.PARTNER_IN]
    return _file("README.md.txt").format(
        id=partner.id,
        name=partner.name,
        user=partner_user(partner.id),
        queue=partner_queue(partner.id),
        heard="\n".join(f"- `{name}`" for name in heard),
        said="\n".join(f"- `{name}`, with the routing key `{partner.id}.{name}`" for name in said),
        states=", ".join(f"`{state}`" for state in answers),
        covenants="\n".join(
            f"- {tracks[one.track]}: {', '.join(sorted(one.fields))} ({one.purpose}; {one.ground})"
            for one in partner.covenants
        ),
    )


def _file(name: str) -> str:
    return (files("meldketen.partner") / "files" / name).read_text("utf-8")


def _event(event: CloudEvent) -> str:
    return _json(json.loads(event.model_dump_json(exclude_none=True)))


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
