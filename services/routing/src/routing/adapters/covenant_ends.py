"""What Prometheus sees of the covenants: when each ends."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from prometheus_client import Gauge

from chassis.calendar import HERE
from routing.domain.partners import Partner, ending

COVENANT_ENDS = Gauge(
    "meldketen_covenant_ends_timestamp_seconds",
    "When a partner's covenant for a track ends without another that follows",
    ["partner", "track"],
)


def show(register: Iterable[Partner], today: date) -> None:
    COVENANT_ENDS.clear()
    for partner, track, until in ending(register, today, within=date.max - today):
        over = datetime.combine(until + timedelta(days=1), time(), HERE)
        COVENANT_ENDS.labels(partner.id, track).set(over.timestamp())
