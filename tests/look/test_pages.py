"""What a page is made of."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import UndefinedError
from starlette.requests import Request

from look.pages import STATIC, Pages, static, static_app

TEMPLATES = sorted((STATIC.parent / "templates").glob("*.html"))
PAGES = Pages("look")


class Elements(HTMLParser):
    """The elements of a piece of HTML, each as its attributes plus `tag`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append({"tag": tag, **dict(attrs)})

    def one(self, tag: str) -> dict[str, str | None]:
        (element,) = [element for element in self.found if element["tag"] == tag]
        return element


def request(**state: Any) -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [], "state": state})


def macro(call: str) -> str:
    name = call.split("(", maxsplit=1)[0]
    template = f'{{% from "components.html" import {name} %}}{{{{ {call} }}}}'
    return PAGES._templates["nl"].from_string(template).render()


def page(template: str, **context: Any) -> str:
    return bytes(PAGES.render(request(), template, **context).body).decode()


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    html = macro('text_field("postcode", "Postcode", error="Vul een postcode in.", hint="Zoals 2599 ZX")')
    elements = Elements(html)
    box = elements.one("input")
    assert elements.one("label")["for"] == box["id"] == "postcode"
    assert box["aria-invalid"] == "true"
    assert [element.get("id") for element in elements.found if element["tag"] == "div"][1:] == [
        "postcode-hint",
        "postcode-fout",
    ]
    assert box["aria-describedby"] == "postcode-fout postcode-hint"


def test_a_field_without_error_says_nothing_about_errors() -> None:
    box = Elements(macro('text_field("postcode", "Postcode")')).one("input")
    assert {"aria-invalid", "aria-describedby"}.isdisjoint(box)


@pytest.mark.parametrize("call", ['text_field("a", "A", optional=True)', 'textarea("a", "A", optional=True)'])
def test_what_may_stay_empty_says_so(call: str) -> None:
    assert "(niet verplicht)" in macro(call)


def test_what_was_typed_comes_back_as_text() -> None:
    assert "&lt;script&gt;" in macro('text_field("a", "A", value="<script>")')
    assert "&lt;/textarea&gt;" in macro('textarea("a", "A", value="</textarea>")')


def test_extra_attributes_reach_the_field() -> None:
    assert (
        Elements(macro('text_field("a", "A", attrs={"hx-get": "/adres"})')).one("input")["hx-get"] == "/adres"
    )


def test_the_error_summary_leads_to_the_first_choice() -> None:
    html = macro(
        'choice_cards("kind", "Soort", [("a", "Een"), ("b", "Twee", "uitleg")], value="b", error="Kies.")'
    )
    elements = Elements(html)
    boxes = [element for element in elements.found if element["tag"] == "input"]
    assert [box["id"] for box in boxes] == ["kind", "kind-2"]
    assert "checked" in boxes[1]
    assert boxes[1]["aria-describedby"] == "kind-2-uitleg"
    assert elements.one("fieldset")["aria-invalid"] == "true"
    assert elements.one("fieldset")["aria-describedby"] == "kind-fout"


def test_several_choices_may_be_chosen() -> None:
    html = macro(
        'choice_cards("now", "Nu", [("a", "Een"), ("b", "Twee"), ("c", "Drie")], value=["a", "c"], many=True)'
    )
    assert ["checked" in box for box in Elements(html).found if box["tag"] == "input"] == [True, False, True]


def test_the_error_summary_takes_focus_and_links_to_the_fields() -> None:
    html = macro('error_summary([("postcode", "Vul een postcode in.")])')
    summary = next(element for element in Elements(html).found if element["tag"] == "div")
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"
    assert Elements(html).one("a")["href"] == "#postcode"
    assert macro("error_summary([])").strip() == ""


def test_a_badge_has_a_shape_beside_its_word() -> None:
    assert [
        Elements(macro(f'badge("{kind}", "x")')).one("path")["d"]
        for kind in ("late", "almost", "notice", "ok")
    ]
    assert "<svg" not in macro('badge("plain", "x")')


def test_a_title_begins_with_fout_after_an_error() -> None:
    assert "<title>Fout: Waar - Meldpunt Woonoverlast</title>" in page(
        "layout.html", title="Waar", errors=[("a", "b")]
    )
    assert "<title>Waar - Meldpunt Woonoverlast</title>" in page("layout.html", title="Waar")


def test_the_menu_marks_where_you_are() -> None:
    current = [
        x for x in Elements(page("layout.html", title="x", active="/melden")).found if "aria-current" in x
    ]
    assert [x["href"] for x in current] == ["/melden"]


def test_only_who_signed_in_can_sign_out() -> None:
    answer = PAGES.render(
        request(principal=SimpleNamespace(name="S. Voorbeeld", scopes=frozenset())),
        "staff.html",
        title="Zaken",
    )
    assert "S. Voorbeeld" in bytes(answer.body).decode()
    assert Elements(bytes(answer.body).decode()).one("form")["action"] == "/uitloggen"
    assert "/uitloggen" not in page("staff.html", title="Zaken")


def test_a_problem_says_what_to_do_and_which_number_to_mention() -> None:
    answer = PAGES.render(
        request(), "problem.html", status=404, title="Deze pagina is er niet", number="4bf92f"
    )
    assert answer.status_code == 404
    assert "4bf92f" in bytes(answer.body).decode()
    assert "14070" in bytes(answer.body).decode()


def test_what_a_template_asks_for_and_does_not_get_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="title"):
        page("layout.html")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_style_and_no_script_of_their_own(template: Any) -> None:
    source = template.read_text()
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|<script(?! src=)", source)


def test_the_address_of_a_file_changes_with_its_content() -> None:
    assert re.fullmatch(r"/static/site\.css\?v=[0-9a-f]{12}", static("site.css"))
    assert static("not-built.css") == "/static/not-built.css"


async def test_static_files_are_kept_for_a_year() -> None:
    scope = {"type": "http", "method": "GET", "path": "/site.css", "headers": []}
    answer = await static_app().get_response("site.css", scope)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_policy_is_in_the_menu_of_who_may_read_it() -> None:
    reader = SimpleNamespace(name="B. Smit", scopes=frozenset({"policy:read"}))
    other = SimpleNamespace(name="S. Voorbeeld", scopes=frozenset({"cases:read"}))
    answers = [PAGES.render(request(principal=one), "staff.html", title="x") for one in (reader, other)]
    assert [b'href="/beleid"' in bytes(answer.body) for answer in answers] == [True, False]


def test_the_messages_are_in_the_menu_of_who_may_read_them() -> None:
    reader = SimpleNamespace(name="T. Jansen", scopes=frozenset({"parked:read"}))
    other = SimpleNamespace(name="S. Voorbeeld", scopes=frozenset({"cases:read"}))
    answers = [PAGES.render(request(principal=one), "staff.html", title="x") for one in (reader, other)]
    assert [b'href="/berichten"' in bytes(answer.body) for answer in answers] == [True, False]
