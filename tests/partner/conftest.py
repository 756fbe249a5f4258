"""What the tests of `meldketen partner` share: an operator with a virtual host of its own."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from operating import Operating, operating

VHOST = "partner-commands"


@pytest.fixture
async def operator(broker: Any, postgres_url: str, database: str, tmp_path: Path) -> AsyncIterator[Operating]:
    yield operating(broker, postgres_url, database, tmp_path, VHOST)
    await broker.management.delete("vhosts", VHOST)
    await broker.management.delete("users", "partner-haagwoon")
