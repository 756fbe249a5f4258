"""The files of a report, for who may see them."""

from collections.abc import Callable
from typing import Any

from chassis.identity import new_id
from chassis.testing import Bench
from contracts.intake import ReportAmended, ReportSubmitted


async def test_a_file_leads_to_intake_for_who_may_see_evidence(
    casework: Bench, example: Callable[..., Any], bearer: Callable[..., dict[str, str]]
) -> None:
    files = (new_id(), new_id())
    await casework.hears(example(ReportSubmitted, attachments=files))
    (opened,) = await casework.said()
    path = f"/zaken/{opened.case_id}"  # type: ignore[attr-defined]
    seen = (await casework.client.get(path, headers=bearer("cases:read", "evidence:read"))).text
    assert all(f'href="/intake/v1/attachments/{one}"' in seen for one in files)
    kept_from = (await casework.client.get(path, headers=bearer("cases:read"))).text
    assert "/intake/v1/attachments/" not in kept_from
    assert "2 bijlagen, te zien voor wie dat mag" in kept_from


async def test_files_that_came_later_are_with_the_report(
    casework: Bench, example: Callable[..., Any], bearer: Callable[..., dict[str, str]]
) -> None:
    first, later = new_id(), new_id()
    await casework.hears(
        example(ReportSubmitted, attachments=(first,)), example(ReportAmended, attachments=(later,))
    )
    (opened,) = await casework.said()
    path = f"/zaken/{opened.case_id}"  # type: ignore[attr-defined]
    seen = (await casework.client.get(path, headers=bearer("cases:read", "evidence:read"))).text
    assert f"/intake/v1/attachments/{first}" in seen
    assert f"/intake/v1/attachments/{later}" in seen
