from chassis.migrations import run_environment
from notifications.tables import metadata

run_environment(metadata)
