"""What becomes of a report, for the reporter to follow."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import pytest
from PIL import Image

from chassis.identity import new_id
from chassis.testing import Bench
from contracts.envelope import Message
from contracts.intake import FeedbackGiven, IncidentNoted, ReportAmended, ReportReinstated, ReportWithdrawn
from contracts.routing import (
    AssignmentAccepted,
    AssignmentAnswered,
    AssignmentDeclined,
    AssignmentOffered,
    AssignmentProgressed,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REPORT = {"category": "BUREN", "story": "Ruzie.", "address": {"postcode": "2599 ZX", "houseNumber": 1}}
TEXT = {"text": "Vannacht was het er weer."}
KEY = {"Idempotency-Key": "een-sleutel-van-hier"}

OnBench = Callable[..., Awaitable[Bench]]
Bearer = Callable[..., dict[str, str]]
M = TypeVar("M", bound=Message)


class Desk:
    """Intake with one report, followed by the portal that it came from."""

    def __init__(self, intake: Bench, portal: dict[str, str], report: dict[str, Any]) -> None:
        self.intake = intake
        self.portal = portal
        self.receipt = report
        self.report_id = UUID(report["id"])

    async def status(self) -> dict[str, Any]:
        answer = await self.intake.client.get(self.path("status"), headers=self.portal)
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, what: str, body: Any = None, **headers: str) -> Any:
        return await self.intake.client.post(self.path(what), json=body, headers=self.portal | headers)

    def path(self, what: str) -> str:
        return f"/intake/v1/reports/{self.report_id}/{what}"

    def offer(self, told_as: str | None = "police", track: str = "enforcement") -> AssignmentOffered:
        return AssignmentOffered(
            assignment_id=new_id(),
            report_id=self.report_id,
            partner="partner",
            partner_name="Politie",
            told_as=told_as,
            track=track,
            lead=True,
            question="Wilt u kijken?",
            offered_at=NOW,
            due_at=NOW + timedelta(days=1),
        )

    async def said(self, kind: type[M]) -> list[M]:
        return [message for message in await self.intake.said() if isinstance(message, kind)]


def reply(kind: type[Message], offer: AssignmentOffered, **more: Any) -> Message:
    return kind.of(offer, **more)


@pytest.fixture
async def desk(on_bench: OnBench, bearer: Bearer, tmp_path: Path) -> Desk:
    intake = await on_bench("intake", evidence_folder=tmp_path / "evidence")
    intake.at(NOW)
    receipt = (await intake.client.post("/intake/v1/reports", json=REPORT)).json()
    return Desk(intake, bearer("reports:follow", name="portal"), receipt)


async def test_a_receipt_says_by_when_the_reporter_hears_more(desk: Desk) -> None:
    assert desk.receipt["hearBy"] == "2026-11-30T22:59:59Z"
    status = await desk.status()
    assert (status["step"], status["hearBy"], status["late"]) == ("looking", desk.receipt["hearBy"], False)


async def test_a_promise_that_passed_is_not_repeated_but_told(desk: Desk) -> None:
    desk.intake.at(NOW + timedelta(days=8))
    status = await desk.status()
    assert (status["step"], status["hearBy"], status["late"]) == ("looking", None, True)


async def test_a_report_goes_step_by_step(desk: Desk) -> None:
    police, corporation = desk.offer("police"), desk.offer("housing-association")
    await desk.intake.hears(police, corporation)
    assert (await desk.status())["step"] == "looking"
    await desk.intake.hears(reply(AssignmentAccepted, police, accepted_at=NOW))
    assert (await desk.status())["step"] == "at-work"
    await desk.intake.hears(reply(AssignmentDeclined, corporation, reason="not-ours", declined_at=NOW))
    await desk.intake.hears(reply(AssignmentProgressed, police, progressed_at=NOW))
    status = await desk.status()
    assert (status["step"], status["helpers"], status["hearBy"]) == ("at-work", ["police"], None)
    await desk.intake.hears(reply(AssignmentAnswered, police, outcome="solved", answered_at=NOW))
    status = await desk.status()
    assert (status["step"], status["helpers"]) == ("done", [])


async def test_who_may_not_be_told_of_leaves_no_trace(desk: Desk) -> None:
    """Care reads as any help does: not by who, not by which track, not by what it came to."""
    care, other = desk.offer(None, "care"), desk.offer("municipality")
    await desk.intake.hears(care, reply(AssignmentAccepted, care, accepted_at=NOW))
    with_care = await desk.status()
    assert (with_care["step"], with_care["helpers"]) == ("at-work", [])
    await desk.intake.hears(other, reply(AssignmentAccepted, other, accepted_at=NOW))
    assert (await desk.status())["helpers"] == ["municipality"]
    assert "care" not in str(await desk.status())


async def test_what_is_added_is_announced_once(desk: Desk) -> None:
    first = await desk.post("amendments", TEXT, **KEY)
    again = await desk.post("amendments", TEXT, **KEY)
    assert (first.status_code, again.json()) == (201, first.json())
    [said] = await desk.said(ReportAmended)
    assert (said.report_id, said.text) == (desk.report_id, TEXT["text"])
    assert (await desk.post("amendments", TEXT)).status_code == 201
    assert len(await desk.said(ReportAmended)) == 2


async def test_files_come_with_what_is_added(desk: Desk) -> None:
    drawn = BytesIO()
    Image.new("RGB", (8, 8), "green").save(drawn, "PNG")
    client = desk.intake.client
    uploaded = (await client.post("/intake/v1/attachments", content=drawn.getvalue())).json()
    body = TEXT | {"attachments": [uploaded["id"]]}
    assert (await desk.post("amendments", body, **KEY)).status_code == 201
    assert (await desk.post("amendments", body, **KEY)).status_code == 201
    [said] = await desk.said(ReportAmended)
    assert [str(one) for one in said.attachments] == [uploaded["id"]]
    again = await desk.post("amendments", body)
    assert (again.status_code, again.json()["type"]) == (400, "urn:woonoverlast:problem:attachment-not-free")


async def test_a_diary_keeps_when_it_happened(desk: Desk) -> None:
    night = NOW - timedelta(hours=7)
    noted = await desk.post("incidents", TEXT | {"happenedAt": night.isoformat()}, **KEY)
    assert noted.status_code == 201
    [said] = await desk.said(IncidentNoted)
    assert (said.happened_at, said.noted_at) == (night, NOW)


@pytest.mark.parametrize("off", [timedelta(minutes=1), timedelta(days=-367)])
async def test_a_diary_is_about_the_past_year(desk: Desk, off: timedelta) -> None:
    refused = await desk.post("incidents", TEXT | {"happenedAt": (NOW + off).isoformat()})
    assert (refused.status_code, refused.json()["type"]) == (400, "urn:woonoverlast:problem:not-then")
    assert await desk.said(IncidentNoted) == []


async def test_a_withdrawal_can_be_taken_back_for_two_weeks(desk: Desk) -> None:
    assert (await desk.post("withdrawals")).json()["step"] == "withdrawn"
    assert (await desk.post("withdrawals")).json()["step"] == "withdrawn"
    assert (await desk.post("amendments", TEXT)).json()["type"] == "urn:woonoverlast:problem:withdrawn"
    desk.intake.at(NOW + timedelta(days=14))
    back = await desk.intake.client.delete(desk.path("withdrawals"), headers=desk.portal)
    assert (back.status_code, back.json()["withdrawnAt"]) == (200, None)
    assert len(await desk.said(ReportWithdrawn)) == len(await desk.said(ReportReinstated)) == 1


async def test_after_two_weeks_a_withdrawal_stays(desk: Desk) -> None:
    await desk.post("withdrawals")
    desk.intake.at(NOW + timedelta(days=14, seconds=1))
    refused = await desk.intake.client.delete(desk.path("withdrawals"), headers=desk.portal)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:woonoverlast:problem:too-late")
    assert (await desk.status())["step"] == "withdrawn"


async def test_what_is_not_solved_is_open_again(desk: Desk) -> None:
    offer = desk.offer()
    early = await desk.post("feedback", {"solved": False})
    assert (early.status_code, early.json()["type"]) == (409, "urn:woonoverlast:problem:not-there-yet")
    await desk.intake.hears(offer, reply(AssignmentAnswered, offer, outcome="closed", answered_at=NOW))
    for _ in range(2):
        assert (await desk.post("feedback", {"solved": False})).json()["step"] == "again"
    assert (await desk.post("feedback", {"solved": True})).json()["step"] == "done"
    assert [said.solved for said in await desk.said(FeedbackGiven)] == [False, True]


async def test_following_asks_for_the_right_to(desk: Desk, bearer: Bearer) -> None:
    client = desk.intake.client
    assert (await client.get(desk.path("status"))).status_code == 401
    assert (await client.get(desk.path("status"), headers=bearer("cases:read"))).status_code == 403
    unknown = await client.get(f"/intake/v1/reports/{new_id()}/status", headers=desk.portal)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:woonoverlast:problem:no-such-report")
