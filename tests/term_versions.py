"""What tests of the versions of the terms share: another version, and how it is proposed and put in force."""

from functools import partial

from other_versions import other_version

from chassis.testing import Bench
from monitoring.adapters import term_file
from monitoring.handlers import terms

SHIPPED = term_file.shipped()
OF_A_PARTNER = """
[[terms]]
name = "stap-eigen"
because = "Zo is het afgesproken."
promise = "step"
partner = "ggz"
within = 3
unit = "working-days"
"""
version = partial(other_version, SHIPPED)
SLOWER = version("2027-01.1", ("within = 5\n", "within = 8\n"))
SHORTER = version("2027-01.2", ("within = 5\n", "within = 2\n"))


async def put_on_terms(bench: Bench, text: str) -> None:
    """Proposed by one, put in force by another, and heard by this process."""
    await bench.turn("follow_terms")
    async with bench.transaction() as tx:
        proposed = await terms.propose(text, "Omdat het beter is.", "B. Smit", tx)
        await terms.put_in_force(proposed.name, "Besproken.", "N. Visser", tx)
    await bench.turn("follow_terms")
