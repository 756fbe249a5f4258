from chassis.migrations import run_environment
from intake.tables import metadata

run_environment(metadata)
