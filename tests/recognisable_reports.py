"""Reports in which every field can be recognised, and the covenants by which they are cut."""

import pytest
from asking_partners import REGISTER, a_report
from hypothesis import settings
from hypothesis import strategies as st

from contracts.intake import Address, Answer, Area, Reporter, ReportSubmitted, Signals, Tenure
from routing.adapters import policy_file

POLICY = policy_file.load()
CATEGORIES = sorted({rule.category for rule in POLICY.rules if rule.category})
# Every case is tried with so many reports: there are many cases.
FEW = settings(max_examples=25)
CASES = [
    pytest.param(partner, covenant, id=f"{partner.id}-{covenant.track}-{number}")
    for partner in REGISTER.values()
    if partner.adapter  # what a link shows is tried with its page
    for number, covenant in enumerate(partner.covenants)
]


@st.composite
def tokens(draw: st.DrawFn) -> str:
    """A word that stands nowhere else: nothing of ours begins with qx."""
    return "qx" + draw(st.text("abcdefghijklmnopqrstuvwyz", min_size=8, max_size=14))


@st.composite
def reports(draw: st.DrawFn) -> ReportSubmitted:
    one = draw(st.lists(tokens(), min_size=20, max_size=20, unique=True))
    phone = draw(st.integers(610000000, 699999999))
    return a_report(
        category=draw(st.sampled_from(CATEGORIES)),
        reference=f"WO-{one[0]}",
        category_name=one[1],
        story=f"{one[2]} en toen {one[3]}, telkens {one[4]}.",
        signals=draw(
            st.fixed_dictionaries(dict.fromkeys(Signals.model_fields, st.booleans()))
        ),
        language=one[5],
        answers=(Answer(question=one[6], value=one[7], asked=one[8], words=one[9]),),
    ).model_copy(
        update={
            "address": Address(
                key=one[10],
                postcode=f"{draw(st.integers(2000, 2999))} QX",
                house_number=draw(st.integers(1, 99999)),
                addition=one[11],
                street=one[12],
                city=one[13],
                id=one[14],
                object_id=one[15],
            ),
            "area": Area(code=one[16], name=one[17], year=2026),
            "reporter": Reporter(
                name=f"{one[18]} van {one[19]}",
                phone=f"+31{phone}",
                email=f"{one[18]}@{one[19]}.example",
                tenure=draw(st.sampled_from(Tenure)),
            ),
        }
    )  # fmt: skip
