"""What was released stays readable, and a release is made once."""

import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from pydantic import AwareDatetime, Field

from contracts import evolution
from contracts.catalogue import BY_NAME
from contracts.envelope import CloudEvent, Message
from contracts.upcasters import upcast

Json = dict[str, Any]
NOW = evolution.current()
RELEASES = evolution.releases()
RELEASED_EXAMPLES = sorted(evolution.RELEASED.glob("*/examples/*.json"))


def test_every_release_holds_the_envelope_and_an_example_of_every_message() -> None:
    for version, schemas in RELEASES.items():
        examples = {path.stem for path in RELEASED_EXAMPLES if path.parents[1].name == version}
        assert schemas.keys() == examples | {"cloudevent"}


def test_nothing_released_is_broken() -> None:
    assert evolution.broken(NOW) == []


@pytest.mark.parametrize("path", RELEASED_EXAMPLES, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_what_was_released_is_still_read(path: Path) -> None:
    event = CloudEvent.model_validate_json(path.read_text(encoding="utf-8"))
    name, data = upcast(event.name, event.data, BY_NAME.keys())
    message = BY_NAME[name].message.model_validate(data)
    assert message.subject == event.subject


MESSAGE = "so an old message may not fit now."
LOST_AND_READER = "so what an old message says there is lost and an old reader may refuse a new message."


class FirstOpened(Message, name="drawers.opened.v1", about="drawer_id"):
    """A drawer was opened; its number is the year and a count."""

    drawer_id: UUID
    number: str
    opened_at: AwareDatetime


class SecondOpened(Message, name="drawers.opened.v2", about="drawer_id"):
    """A drawer was opened; year and count stand apart."""

    drawer_id: UUID
    year: int
    count: int = Field(ge=1)
    opened_at: AwareDatetime


def split_number(data: Json) -> Json:
    year, count = data["number"].split("-")
    return {key: part for key, part in data.items() if key != "number"} | {
        "year": int(year),
        "count": int(count),
    }


UPCASTERS = {FirstOpened.name: split_number}
OPENED = {
    "drawerId": "019cd41f-0e38-7002-8002-000000000002",
    "number": "2026-000045",
    "openedAt": "2026-03-09T19:42:11Z",
}


def schema_of(message: type[Message]) -> Json:
    return message.model_json_schema(mode="serialization")


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A house with one release, which holds the first of the two majors."""
    (tmp_path / "0.1.0").mkdir()
    (tmp_path / f"0.1.0/{FirstOpened.name}.json").write_text(json.dumps(schema_of(FirstOpened)))
    return tmp_path


def test_a_first_that_waited_is_read_as_a_second() -> None:
    before = dict(OPENED)
    name, data = upcast(FirstOpened.name, OPENED, {SecondOpened.name}, UPCASTERS)
    assert name == SecondOpened.name
    message = SecondOpened.model_validate(data)
    assert (message.year, message.count) == (2026, 45)
    assert message.subject == FirstOpened.model_validate(OPENED).subject
    assert before == OPENED


def test_a_second_in_the_place_of_the_first_breaks_the_release(released: Path) -> None:
    assert evolution.broken({FirstOpened.name: schema_of(SecondOpened)}, released) == [
        f"drawers.opened.v1 of release 0.1.0: {sentence}"
        for sentence in (
            f"number is gone, {LOST_AND_READER}",
            f"year is new and required, {MESSAGE}",
            f"count is new and required, {MESSAGE}",
        )
    ]


def test_a_second_beside_the_first_breaks_nothing(released: Path) -> None:
    both = {message.name: schema_of(message) for message in (FirstOpened, SecondOpened)}
    assert evolution.broken(both, released) == []


def test_a_first_may_go_when_it_can_be_made_into_a_second(released: Path) -> None:
    gone = "drawers.opened.v1 of release 0.1.0: it is gone, and no upcaster makes a message of it that is still there"
    second = {SecondOpened.name: schema_of(SecondOpened)}
    assert evolution.broken(second, released, UPCASTERS) == []
    assert evolution.broken(second, released, {}) == [gone]
    assert evolution.broken({}, released, UPCASTERS) == [gone]


def test_every_release_counts_and_not_the_last_alone(released: Path) -> None:
    (released / "0.2.0").mkdir()
    (released / f"0.2.0/{FirstOpened.name}.json").write_text(json.dumps(schema_of(SecondOpened)))
    assert evolution.broken({FirstOpened.name: schema_of(SecondOpened)}, released)
    assert evolution.broken({FirstOpened.name: schema_of(FirstOpened)}, released)


def test_a_release_is_what_is_there_now(tmp_path: Path) -> None:
    evolution.release("0.1.0", tmp_path)
    assert evolution.releases(tmp_path) == {"0.1.0": NOW}
    for name in BY_NAME:
        written = tmp_path / f"0.1.0/examples/{name}.json"
        assert json.loads(written.read_text()) == json.loads(
            (evolution.EXAMPLES / f"{name}.json").read_text()
        )
    assert evolution.broken(NOW, tmp_path) == []


def contents(folder: Path) -> dict[Path, str]:
    return {path: path.read_text() for path in folder.rglob("*.json")}


def test_a_release_is_never_made_twice(tmp_path: Path) -> None:
    evolution.release("0.1.0", tmp_path)
    (tmp_path / "0.1.0/cases.opened.v1.json").write_text("{}")
    before = contents(tmp_path)
    with pytest.raises(SystemExit, match=r"0\.1\.0 was released before, and a release is never changed"):
        evolution.release("0.1.0", tmp_path)
    assert contents(tmp_path) == before


def test_what_breaks_a_release_is_not_released(released: Path) -> None:
    before = contents(released)
    with pytest.raises(SystemExit, match=re.escape("drawers.opened.v1 of release 0.1.0: it is gone")):
        evolution.release("0.2.0", released)
    assert contents(released) == before


@pytest.mark.parametrize("version", ["", "1", "v0.1.0", "0.1.0-rc1", "../0.1.0", "0.1.0/..", "0.1.0\n"])
def test_a_release_has_a_plain_version(version: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="is no version"):
        evolution.release(version, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_checks_and_releases() -> None:
    evolution.main(["check"])
    with pytest.raises(SystemExit):
        evolution.main(["release", "next"])
    with pytest.raises(SystemExit):
        evolution.main([])
