from chassis.migrations import run_environment
from monitoring.tables import metadata

run_environment(metadata)
