"""The kit of one partner: what its developer needs to take part, in a folder."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from chassis.topology import clocks_queue, partner_queue, partner_user
from contracts.catalogue import Exchange
from contracts.envelope import CloudEvent
from contracts.partner_documents import description, entries_of, schemas
from meldketen.partner import questions
from routing.domain.partners import Partner

CLIENTS = ("client_aio_pika.py", "client_faststream.py", "requirements.txt")
RECEIVER = ("receiver.py", "requirements_receiver.txt")


def write(partner: Partner, folder: Path) -> list[Path]:
    """Write the kit; what was written.

    CannotRehearse where the partner is not connected, or may be sent nothing; NothingToBuild where it is reached by mail.
    """
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
    for name, schema in schemas(partner.adapter or "", hears_clocks=partner.hears_clocks).items():
        yield f"schemas/{name}.json", _json(schema)
    yield "question.json", _event(asked)
    for state, answer in answers.items():
        yield f"answers/{state}.json", _event(answer)
    yield from _posted(partner, answers) if partner.push else _queued(partner, answers)


def _queued(partner: Partner, answers: Mapping[str, CloudEvent]) -> Iterator[tuple[str, str]]:
    language, hears_clocks = partner.adapter or "", partner.hears_clocks
    yield "asyncapi.json", _json(description(partner.id, partner.name, language, hears_clocks=hears_clocks))
    names = {"partner": partner.id, "user": partner_user(partner.id), "queue": partner_queue(partner.id)}
    if hears_clocks:
        names["clocks"] = clocks_queue(partner.id)
        yield "clock.json", _event(questions.golden_clock(partner))
    yield "partner.json", _json(names | {"exchange": str(Exchange.PARTNER_IN)})
    said = [f"- `{name}`, with the routing key `{partner.id}.{name}`" for name in _said(partner)]
    clocks = _file("README_clocks.md.txt").format(queue=clocks_queue(partner.id)) if hears_clocks else ""
    more = {"user": partner_user(partner.id), "queue": partner_queue(partner.id), "clocks": clocks}
    yield "README.md", _readme("README.md.txt", partner, answers, said, **more)
    for name in CLIENTS:
        yield name, _file(name)


def _posted(partner: Partner, answers: Mapping[str, CloudEvent]) -> Iterator[tuple[str, str]]:
    said = [f"- `{name}`" for name in _said(partner)]
    more = {"url": partner.push.url if partner.push else "", "who": _who_posts(partner)}
    yield "README.md", _readme("README_push.md.txt", partner, answers, said, **more)
    for name in RECEIVER:
        yield name.replace("_receiver", ""), _file(name)


def _who_posts(partner: Partner) -> str:
    """How the partner's server knows the hub, beside the signature."""
    if partner.push and partner.push.token_url:
        return (
            f"The desk gets a token at `{partner.push.token_url}` by client credentials, as client"
            f" `{partner.push.client_id}`, and sends it as `Authorization: Bearer`."
        )
    return "The desk shows a certificate of its own (mTLS); it tells you which."


def _said(partner: Partner) -> list[str]:
    return [e.name for e in entries_of(partner.adapter or "") if e.exchange is Exchange.PARTNER_IN]


def _readme(
    file: str, partner: Partner, answers: Mapping[str, CloudEvent], said: list[str], **more: str
) -> str:
    heard = [e.name for e in entries_of(partner.adapter or "") if e.exchange is Exchange.PARTNER_OUT]
    return _file(file).format(
        id=partner.id,
        name=partner.name,
        heard="\n".join(f"- `{name}`" for name in heard),
        said="\n".join(said),
        states=", ".join(f"`{state}`" for state in answers),
        covenants="\n".join(
            f"- {one.track}: {', '.join(sorted(one.fields))} ({one.purpose}; {one.ground})"
            for one in partner.covenants
        ),
        **more,
    )


def _file(name: str) -> str:
    return (files("meldketen.partner") / "files" / name).read_text("utf-8")


def _event(event: CloudEvent) -> str:
    return _json(json.loads(event.model_dump_json(exclude_none=True)))


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
