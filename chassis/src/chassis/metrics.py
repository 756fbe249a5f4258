"""What Prometheus sees: counts and states, never a person."""

from prometheus_client import Counter, Gauge

BROKER_UP = Gauge("meldketen_broker_up", "1 while the connection stands", ["connection"])
PUBLISHED = Counter("meldketen_published", "Messages the broker confirmed", ["service"])
UNPUBLISHED = Counter(
    "meldketen_unpublished", "Publishes that failed and are tried again", ["service", "why"]
)
HANDLED = Counter("meldketen_handled", "Messages whose effect was committed", ["service", "message"])
DOUBLED = Counter("meldketen_doubled", "Messages that came again and had no second effect", ["service"])
DEFERRED = Counter("meldketen_deferred", "Messages put aside", ["service", "state", "reason"])
OUTBOX = Gauge("meldketen_outbox_messages", "Committed and not yet confirmed", ["service"])
ASIDE = Gauge("meldketen_deferred_messages", "Put aside now", ["service", "state"])
CLOCK_AHEAD = Gauge("meldketen_clock_ahead_seconds", "Our clock, compared with the database's", ["service"])
CLOCK_STEADY = Gauge(
    "meldketen_clock_steady", "1 while time goes on as it should, 0 while terms wait for it", ["service"]
)
DELIVERIES = Gauge(
    "meldketen_deliveries", "Waiting to be delivered to a partner outside the broker", ["partner"]
)
DELIVERIES_FAILED = Counter("meldketen_deliveries_failed", "Given up undelivered", ["partner", "kind"])
