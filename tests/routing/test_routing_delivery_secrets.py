"""A register or a secret with which nothing can be posted stops the start with a sentence."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from posting import put, register
from webhook_receiver import Receiver, receiving

from chassis.testing import Bench
from routing.adapters import partner_secrets, register_file

OnBench = Callable[..., Awaitable[Bench]]


@pytest.fixture
async def receiver(tmp_path: Path) -> AsyncIterator[Receiver]:
    async with receiving(tmp_path) as receiver:
        yield receiver


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"channel": "push"}, "channel push needs url"),
        ({"channel": "push", "url": "http://partner.example/v"}, "https only"),
        ({"channel": "push", "url": "https://user:pw@partner.example/v"}, "without a name"),
        ({"channel": "push", "url": "https://a.example", "client_id": "x"}, "go together"),
        ({"channel": "mail"}, "channel mail needs mail"),
        ({"channel": "mail", "mail": "geen adres"}, "pattern"),
        ({"channel": "queue", "url": "https://a.example"}, "channel queue has no use for url"),
        ({"channel": "push", "url": "https://a.example", "mail": "a@b.nl"}, "no use for mail"),
        ({"channel": "mail", "mail": "a@b.nl", "clocks": "true"}, "channel mail has no use for clocks"),
        ({"channel": "duif"}, "queue"),
    ],
)
def test_a_register_that_cannot_work_is_refused(keys: dict[str, str], said: str) -> None:
    with pytest.raises(register_file.RegisterIsWrong, match=said):
        register_file.load(register(**keys))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda folder: (folder / "police.webhook-secret").unlink(),
            "needs the file police.webhook-secret in",
        ),
        (lambda folder: (folder / "police.client-secret").unlink(), "needs the file police.client-secret in"),
        (lambda folder: (folder / "police.webhook-secret").write_text("kort"), "at least 24 bytes"),
        (lambda folder: (folder / "police.ca").write_text("geen certificaat"), "cannot be used"),
    ],
)
async def test_a_secret_that_lacks_stops_the_start_with_a_sentence(
    on_bench: OnBench, receiver: Receiver, spoil: Callable[[Path], Any], said: str
) -> None:
    spoil(receiver.folder)
    with pytest.raises(partner_secrets.SecretsMissing, match=said):
        await put(on_bench, receiver)


def test_without_a_folder_the_setting_is_named() -> None:
    partners = register_file.load(register(channel="push", url="https://a.example"))
    with pytest.raises(partner_secrets.SecretsMissing, match="MELDKETEN_PARTNER_SECRETS_DIR"):
        partner_secrets.load(partners.values(), None)


def test_secrets_do_not_show() -> None:
    secrets = partner_secrets.PartnerSecrets("whsec_geheim", "geheim", "geheim")
    assert "geheim" not in repr(secrets)
