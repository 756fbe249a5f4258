"""What pages are judged by: axe, html-validate, the content policy, and their width."""

import asyncio
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

from playwright.async_api import Page

from look import assets

AXE = assets.MODULES / "axe-core" / "axe.min.js"
VALIDATE = assets.MODULES / ".bin" / "html-validate"
RULES = Path(__file__).parent / "browser/htmlvalidate.json"
LISTEN = (
    "window.refused = []; addEventListener('securitypolicyviolation', e => refused.push(e.violatedDirective))"
)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGE = """async tags => (await axe.run({ runOnly: tags })).violations.map(
    fault => fault.id + ': ' + fault.nodes.map(node => node.html).join(' | '))"""
WIDE = "document.documentElement.scrollWidth"


async def press(page: Page, button: str) -> None:
    """Press a button, and wait for the page that it leads to; htmx's own history is no page."""
    async with page.expect_event("load"):
        await page.get_by_role("button", name=button).click()


async def judge_html(folder: Path) -> str:
    """What html-validate has against the pages in a folder."""
    options: list[str | Path] = ["--config", RULES, "--formatter", "text", "--max-warnings", "0"]
    judge = await asyncio.create_subprocess_exec(
        VALIDATE, *options, *sorted(folder.iterdir()), stdout=PIPE, stderr=STDOUT
    )
    said, _ = await judge.communicate()
    return said.decode()
