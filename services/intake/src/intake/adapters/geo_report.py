"""Open311 GeoReport v2: a request becomes a report, and answers are JSON or XML of its own shape."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from pydantic import ValidationError

from intake.adapters.categories import Categories
from intake.adapters.new_report import NewReport
from intake.domain.following import Following, Step, hear_by, step
from intake.domain.reports import Receipt, Report

Item = Mapping[str, Any]

NOTICE = "We look who can help. Keep the number: it is the way to follow your report."
ASK_ADDRESS = (
    "address_string: nuisance has one address. Give it as `2599 ZX 101`, or in attribute[postcode],"
    " attribute[house_number] and attribute[addition]"
)
ATTRIBUTES = (
    ("postcode", "string", True, "Postcode where the nuisance is, such as 2599 ZX"),
    ("house_number", "number", True, "House number there"),
    ("addition", "string", False, "Addition to the house number, such as A"),
)

_POSTCODE = r"(?P<postcode>[1-9][0-9]{3} ?[A-Za-z]{2})"
_NUMBER = r"(?P<number>[0-9]{1,5})(?:(?: ?- ?| ?(?=[A-Za-z]\b|bis\b|hs\b))(?P<addition>[A-Za-z0-9]{1,4}))?"
_ADDRESS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"(?:[^0-9,]+ )?{_NUMBER}(?: |, ?){_POSTCODE}(?:[ ,][^0-9]*)?",
        rf"{_POSTCODE}(?: |, ?){_NUMBER}(?:,[^0-9]*)?",
    )
)


class NotAGeoReport(Exception):
    """What is wrong with a request, one sentence for each fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def address(text: str) -> dict[str, str]:
    """Postcode, number and addition, where a line of text can only mean one address. ValueError where it cannot."""
    line = " ".join(text.split())
    for form in _ADDRESS:
        if found := form.fullmatch(line):
            return {
                "postcode": found["postcode"],
                "houseNumber": found["number"],
                "addition": found["addition"] or "",
            }
    raise ValueError(ASK_ADDRESS)


def read(form: Mapping[str, str], categories: Categories) -> NewReport:
    """The report in a form. NotAGeoReport with every fault at once; UnknownCategory."""
    name = " ".join(filter(None, (form.get("first_name", ""), form.get("last_name", "")))).strip()
    content = {
        "category": categories.check(form.get("service_code", "")),
        "story": form.get("description", ""),
        "reporter": {"name": name or None, "phone": form.get("phone"), "email": form.get("email")},
    }
    try:
        return NewReport.model_validate(content | {"address": _address(form)})
    except ValidationError as fault:
        raise NotAGeoReport([_sentence(error) for error in fault.errors()]) from None
    except ValueError as fault:
        raise NotAGeoReport([str(fault)]) from None


def _address(form: Mapping[str, str]) -> dict[str, str]:
    if "attribute[postcode]" not in form:
        return address(form.get("address_string", ""))
    return {
        "postcode": form["attribute[postcode]"],
        "houseNumber": form.get("attribute[house_number]", "").strip(),
        "addition": form.get("attribute[addition]", ""),
    }


_PARAMETERS = {
    "story": "description",
    "reporter.name": "first_name, last_name",
    "reporter.phone": "phone",
    "reporter.email": "email",
    "address.postcode": "attribute[postcode]",
    "address.houseNumber": "attribute[house_number]",
    "address.addition": "attribute[addition]",
}


def _sentence(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    return f"{_PARAMETERS.get(place, place)}: {error['msg']}"


def services(categories: Categories) -> list[Item]:
    return [
        {
            "service_code": code,
            "service_name": category.name.nl,
            "description": category.name.nl,
            "metadata": True,
            "type": "realtime",
            "keywords": "",
            "group": "Woonoverlast",
        }
        for code, category in categories.categories.items()
    ]


def definition(code: str) -> Item:
    """What is asked for a service: for each the same."""
    attributes = [
        {
            "variable": True,
            "code": name,
            "datatype": kind,
            "required": required,
            "datatype_description": None,
            "order": order,
            "description": description,
        }
        for order, (name, kind, required, description) in enumerate(ATTRIBUTES, 1)
    ]
    return {"service_code": code, "attributes": attributes}


def accepted(receipt: Receipt) -> Item:
    return {"service_request_id": receipt.reference, "service_notice": NOTICE, "account_id": None}


def request(report: Report, following: Following, now: datetime) -> Item:
    """What may be told to who has the number: no address, no words of the reporter, nobody's name."""
    over = step(following) in {Step.DONE, Step.WITHDRAWN}
    promised = hear_by(following, now)
    return {
        "service_request_id": report.reference,
        "status": "closed" if over else "open",
        "status_notes": None,
        "service_name": report.category_name,
        "service_code": report.category,
        "description": None,
        "agency_responsible": None,
        "service_notice": NOTICE,
        "requested_datetime": report.received_at.isoformat(timespec="seconds"),
        "updated_datetime": report.received_at.isoformat(timespec="seconds"),
        "expected_datetime": promised.isoformat(timespec="seconds") if promised else None,
        "address": None,
        "media_url": None,
    }


def errors(code: int, descriptions: Sequence[str]) -> list[Item]:
    return [{"code": code, "description": description} for description in descriptions]


def to_json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def to_xml(content: Any, names: Sequence[str]) -> bytes:
    """`names` are those of the list and of an item in it; of the list inside a service, and of its items, where there is one."""
    outer, inner, *deeper = names
    root = ET.Element(outer)
    if isinstance(content, Mapping):
        _fill(root, content, inner, deeper)
    else:
        for item in content:
            _fill(ET.SubElement(root, inner), item, "", deeper)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _fill(parent: ET.Element, item: Item, inner: str, deeper: Sequence[str]) -> None:
    for name, value in item.items():
        child = ET.SubElement(parent, name)
        if isinstance(value, list):
            for one in value:
                _fill(ET.SubElement(child, inner), one, "", deeper)
        elif isinstance(value, bool):
            child.text = str(value).lower()
        elif value is not None:
            child.text = str(value)
