"""Evidence is uploaded, named in a report, and shown to who may see it; what nobody names is forgotten."""

import asyncio
import io
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer
from PIL import Image
from sqlalchemy import select

from chassis.testing import Bench
from intake.tables import evidence, evidence_readings

OnBench = Callable[..., Awaitable[Bench]]
Bearer = Callable[..., dict[str, str]]
URL = "/intake/v1/attachments"
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)


def a_photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (16, 8)).save(written, "JPEG")
    return written.getvalue()


def a_report(*attachments: str, **changes: Any) -> dict[str, Any]:
    return {
        "category": "GEL-ERNST",
        "story": "Elke nacht muziek.",
        "address": {"postcode": "2599 ZX", "houseNumber": 101},
        "attachments": attachments,
    } | changes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "evidence"


@pytest.fixture
async def intake(on_bench: OnBench, folder: Path) -> Bench:
    bench = await on_bench("intake", evidence_folder=folder, attachments_per_report=3)
    bench.at(NOW)
    return bench


async def upload(intake: Bench, content: bytes | None = None) -> dict[str, Any]:
    answer = await intake.client.post(URL, content=a_photo() if content is None else content)
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


async def send(intake: Bench, report: dict[str, Any], **headers: str) -> Any:
    return await intake.client.post("/intake/v1/reports", json=report, headers=headers)


async def test_a_photo_goes_with_its_report_to_who_may_see_it(intake: Bench, bearer: Bearer) -> None:
    kept = await upload(intake)
    assert (
        await intake.client.get(f"{URL}/{kept['id']}", headers=bearer("evidence:read"))
    ).status_code == 404
    where = (await send(intake, a_report(kept["id"]))).headers["location"]
    report = (await intake.client.get(where, headers=bearer("reports:read"))).json()
    assert report["attachments"] == [{name: kept[name] for name in ("id", "mediaType", "size", "sha256")}]

    assert (await intake.client.get(f"{URL}/{kept['id']}")).status_code == 401
    assert (await intake.client.get(f"{URL}/{kept['id']}", headers=bearer("reports:read"))).status_code == 403
    file = await intake.client.get(f"{URL}/{kept['id']}", headers=bearer("evidence:read", name="M. de Vries"))
    assert (file.headers["content-type"], len(file.content)) == ("image/jpeg", kept["size"])
    assert file.headers["content-disposition"] == f'attachment; filename="bewijs-{kept["id"]}.jpeg"'
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["x-content-type-options"] == "nosniff"
    async with intake.transaction() as tx:
        rows = await tx.execute(select(evidence_readings.c.reader))
        assert rows.scalars().all() == ["M. de Vries"]


async def test_a_form_may_carry_the_file_and_neither_its_name_nor_its_type_is_believed(intake: Bench) -> None:
    file = ("..\\..\\virus.exe", a_photo(), "application/x-msdownload")
    answer = await intake.client.post(URL, files={"file": file})
    assert (answer.status_code, answer.json()["mediaType"]) == (201, "image/jpeg")
    assert "virus" not in answer.text
    answer = await intake.client.post(URL, files={"file": ("a.jpg", b"MZ\x90\0", "image/jpeg")})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:woonoverlast:problem:file-refused")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"data": {"file": "geen bestand"}}, "/file"),
        ({"files": {"other": ("a.jpg", b"x")}}, "/file"),
        ({"content": b"--x\r\nbad", "headers": {"Content-Type": "multipart/form-data"}}, "boundary"),
        ({"content": b""}, "empty"),
        ({"content": b"PK\x03\x04" + bytes(99)}, "save the document as PDF"),
    ],
)
async def test_what_is_no_file_to_keep_is_refused_with_what_to_do(
    intake: Bench, folder: Path, body: dict[str, Any], told: str
) -> None:
    if "data" in body:
        body = {"files": {"file": (None, "geen bestand")}}
    answer = await intake.client.post(URL, **body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert told in answer.text
    assert not folder.exists()


async def test_a_file_over_the_limit_is_refused_and_not_kept(on_bench: OnBench, folder: Path) -> None:
    intake = await on_bench("intake", evidence_folder=folder, attachment_megabytes=1)
    for body in (
        {"content": a_photo() + bytes(1_000_000)},
        {"files": {"file": a_photo() + bytes(1_000_000)}},
    ):
        answer = await intake.client.post(URL, **body)
        assert (answer.status_code, answer.json()["type"]) == (413, "urn:woonoverlast:problem:file-too-large")
        assert "1 MB" in answer.json()["detail"]
    answer = await intake.client.post(URL, content=bytes(5_000_000))
    assert answer.status_code == 413
    assert not folder.exists()


async def test_a_file_of_somebody_elses_report_is_not_taken(intake: Bench) -> None:
    kept = await upload(intake)
    assert (await send(intake, a_report(kept["id"]))).status_code == 202
    answer = await send(intake, a_report(kept["id"], story="Iets anders."))
    assert (answer.status_code, answer.json()["type"]) == (
        400,
        "urn:woonoverlast:problem:attachment-not-free",
    )
    assert kept["id"] in answer.json()["detail"]
    answer = await send(intake, a_report(str(uuid4())))
    assert answer.status_code == 400
    assert len(await intake.said()) == 2


async def test_a_report_that_is_sent_twice_keeps_its_files(intake: Bench) -> None:
    kept = await upload(intake)
    key = {"Idempotency-Key": "key-number-1"}
    first, again = [await send(intake, a_report(kept["id"]), **key) for _ in range(2)]
    assert (again.status_code, again.json()) == (202, first.json())


async def test_a_refused_report_leaves_its_key_and_its_files_free(intake: Bench) -> None:
    kept, key = await upload(intake), {"Idempotency-Key": "key-number-1"}
    assert (await send(intake, a_report(kept["id"], str(uuid4())), **key)).status_code == 400
    assert (await send(intake, a_report(kept["id"]), **key)).status_code == 202


async def test_reports_beside_a_refused_one_are_kept(intake: Bench) -> None:
    reports = [a_report(story="Een"), a_report(str(uuid4())), a_report(story="Drie")]
    answers = await asyncio.gather(*(send(intake, report) for report in reports))
    assert [answer.status_code for answer in answers] == [202, 400, 202]


async def test_a_report_has_as_many_files_as_are_kept_and_each_once(intake: Bench) -> None:
    kept = [(await upload(intake))["id"] for _ in range(4)]
    answer = await send(intake, a_report(*kept))
    assert answer.json()["type"] == "urn:woonoverlast:problem:too-many-attachments"
    answer = await send(intake, a_report(kept[0], kept[0]))
    assert answer.json()["errors"][0]["pointer"] == "/attachments"
    assert (await send(intake, a_report(*kept[:3]))).status_code == 202


async def test_a_sender_takes_a_file_back_until_a_report_names_it(intake: Bench, folder: Path) -> None:
    first, second = await upload(intake), await upload(intake)
    url = f"{URL}/{first['id']}"
    assert (await intake.client.delete(url, headers={"Attachment-Token": second["token"]})).status_code == 404
    assert (await intake.client.delete(url, headers={"Attachment-Token": first["token"]})).status_code == 204
    assert (await send(intake, a_report(first["id"]))).status_code == 400
    assert len([one for one in folder.iterdir() if one.is_file()]) == 1
    await send(intake, a_report(second["id"]))
    url = f"{URL}/{second['id']}"
    assert (await intake.client.delete(url, headers={"Attachment-Token": second["token"]})).status_code == 404


async def test_what_no_report_names_in_a_day_is_forgotten_and_gone_from_the_store(
    intake: Bench, folder: Path
) -> None:
    named, other = await upload(intake), await upload(intake)
    await send(intake, a_report(named["id"]))
    intake.at(NOW + timedelta(hours=23))
    await intake.turn("forget_evidence")
    assert len(list(folder.iterdir())) == 2
    intake.at(NOW + timedelta(hours=25))
    assert not await intake.turn("forget_evidence")
    assert len(list(folder.iterdir())) == 1
    async with intake.transaction() as tx:
        kept = (await tx.execute(select(evidence.c.evidence_id))).scalars().all()
    assert [str(one) for one in kept] == [named["id"]]
    assert (await send(intake, a_report(other["id"]))).status_code == 400


async def test_a_folder_that_is_away_refuses(on_bench: OnBench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    intake = await on_bench("intake", evidence_folder=tmp_path / "file")
    answer = await intake.client.post(URL, content=a_photo())
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:woonoverlast:problem:evidence-away")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """A server that speaks S3, with the bucket `evidence`."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="evidence")
    yield url
    client.close()
    server.stop()


async def test_evidence_is_kept_in_a_bucket_read_from_it_and_forgotten(
    on_bench: OnBench, s3: str, bearer: Bearer
) -> None:
    told = {"evidence_s3_region": "us-east-1", "evidence_s3_key_id": "key", "evidence_s3_secret": "secret"}
    intake = await on_bench("intake", evidence_s3_endpoint=s3, **told)
    intake.at(NOW)
    first, second = await upload(intake), await upload(intake)
    await send(intake, a_report(first["id"]))
    file = await intake.client.get(f"{URL}/{first['id']}", headers=bearer("evidence:read"))
    assert len(file.content) == first["size"]
    bucket = boto3.resource(
        "s3",
        endpoint_url=s3,
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    ).Bucket("evidence")
    assert len(list(bucket.objects.all())) == 2
    intake.at(NOW + timedelta(hours=25))
    await intake.turn("forget_evidence")
    assert len(list(bucket.objects.all())) == 1
    assert second["id"] != first["id"]
    bucket.objects.all().delete()
    gone = await intake.client.get(f"{URL}/{first['id']}", headers=bearer("evidence:read"))
    assert gone.status_code == 503


async def test_a_bucket_that_is_away_refuses(on_bench: OnBench) -> None:
    intake = await on_bench("intake", evidence_s3_endpoint="http://127.0.0.1:9")
    answer = await intake.client.post(URL, content=a_photo())
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:woonoverlast:problem:evidence-away")


EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clam:
    """Speaks INSTREAM as clamd does; finds the EICAR test file, and gives up past 2 MB."""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        command, said = await reader.readuntil(b"\0"), b"UNKNOWN COMMAND"
        if command == b"zINSTREAM\0":
            content = b""
            while length := struct.unpack(">I", await reader.readexactly(4))[0]:
                content += await reader.readexactly(length)
            said = b"stream: Eicar-Signature FOUND" if EICAR in content else b"stream: OK"
            if len(content) > 2_000_000:
                said = b"INSTREAM size limit exceeded. ERROR"
        writer.write(said + b"\0")
        await writer.drain()
        writer.close()


@pytest.fixture
async def clamd() -> AsyncIterator[str]:
    server = await asyncio.start_server(Clam().answer, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    async with server:
        yield f"tcp://{host}:{port}"


async def test_a_file_with_a_virus_is_refused_and_not_kept(
    on_bench: OnBench, folder: Path, clamd: str
) -> None:
    intake = await on_bench("intake", evidence_folder=folder, clamd=clamd)
    answer = await intake.client.post(URL, content=a_photo() + EICAR)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:woonoverlast:problem:infected-file")
    assert not folder.exists()
    async with intake.transaction() as tx:
        assert (await tx.execute(select(evidence))).all() == []
    await upload(intake)


async def test_a_file_that_the_scanner_gives_up_on_is_not_kept(
    on_bench: OnBench, folder: Path, clamd: str
) -> None:
    intake = await on_bench("intake", evidence_folder=folder, clamd=clamd)
    answer = await intake.client.post(URL, content=a_photo() + bytes(3_000_000))
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:woonoverlast:problem:scanner-away")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.ctl"])
async def test_while_the_scanner_is_away_nothing_is_kept(
    on_bench: OnBench, folder: Path, address: str
) -> None:
    intake = await on_bench("intake", evidence_folder=folder, clamd=address)
    answer = await intake.client.post(URL, content=a_photo())
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:woonoverlast:problem:scanner-away")
    assert "later" in answer.json()["detail"]
    assert not folder.exists()


async def test_a_scanner_behind_a_unix_socket_is_asked_too(
    on_bench: OnBench, folder: Path, tmp_path: Path
) -> None:
    async with await asyncio.start_unix_server(Clam().answer, tmp_path / "clamd.ctl"):
        intake = await on_bench("intake", evidence_folder=folder, clamd=f"unix://{tmp_path}/clamd.ctl")
        await upload(intake)
