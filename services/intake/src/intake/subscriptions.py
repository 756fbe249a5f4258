"""Which message wakes which handler. Read this first: intake starts the chain and hears nothing yet."""

from chassis.subscriptions import Subscriptions

SUBSCRIPTIONS = Subscriptions()
