from casework.tables import metadata
from chassis.migrations import run_environment

run_environment(metadata)
