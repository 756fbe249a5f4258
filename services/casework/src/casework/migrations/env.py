from chassis.migrations import run_environment

from casework.tables import metadata

run_environment(metadata)
