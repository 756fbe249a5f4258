"""What the codes are called that the policy and assessments hold: the parts, the partners and the categories."""

from collections.abc import Mapping

from contracts.categories import load
from routing.domain.partners import Partner, names_of


def names_for_people(register: Mapping[str, Partner]) -> dict[str, str]:
    """In Dutch, by code. What is not in it reads as it is."""
    categories = {code: words["nl"] for code, words in load().items()}
    partners = {partner.id: partner.name for partner in register.values()}
    return categories | partners | names_of(register)
