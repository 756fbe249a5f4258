from chassis.migrations import run_environment
from routing.tables import metadata

run_environment(metadata)
