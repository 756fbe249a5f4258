"""What tests of the versions of the terms share: another version, and how it is proposed and put in force."""

from chassis.testing import Bench
from monitoring.adapters import term_file
from monitoring.handlers import terms

SHIPPED = term_file.shipped()


def version(name: str, *changes: tuple[str, str]) -> str:
    """The shipped terms under another name, changed."""
    text = SHIPPED.replace('version = "2026-12.1"', f'version = "{name}"')
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


OF_A_PARTNER = """
[[terms]]
name = "stap-eigen"
because = "Zo is het afgesproken."
promise = "step"
partner = "ggz"
within = 3
unit = "working-days"
"""
SLOWER = version("2027-01.1", ("within = 5\n", "within = 8\n"))
SHORTER = version("2027-01.2", ("within = 5\n", "within = 2\n"))


async def put_on_terms(bench: Bench, text: str) -> None:
    """Proposed by one, put in force by another, and heard by this process."""
    await bench.turn("follow_terms")
    async with bench.transaction() as tx:
        proposed = await terms.propose(text, "Omdat het beter is.", "B. Smit", tx)
        await terms.put_in_force(proposed.name, "Besproken.", "N. Visser", tx)
    await bench.turn("follow_terms")
