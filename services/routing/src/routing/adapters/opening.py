"""A partner's opening hours, as working hours are counted in them and as other services hear of them."""

from chassis.opening import OFFICE_HOURS, Hours, Opening, hour
from routing.adapters.policy_conditions import WEEK as DAYS
from routing.domain.partners import Partner

WEEK = (*DAYS, "holiday")


def opening_of(partner: Partner) -> str | None:
    """In one line; none where the register says nothing of it. NotAnOpening."""
    if not (partner.hours or partner.closed):
        return None
    hours: dict[int, tuple[Hours, ...]] = {}
    for one in partner.hours:
        for day in set(one.days):
            hours[day] = (*hours.get(day, ()), (hour(one.since), hour(one.until)))
    return Opening(hours or OFFICE_HOURS, partner.closed).written()
