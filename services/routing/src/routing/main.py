"""Where routing's parts meet."""

from datetime import timedelta

from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import every
from chassis.pseudonyms import Pseudonyms
from chassis.service import Service
from look.pages import problem_page
from routing import api, pages
from routing.adapters import policy_file, register_file
from routing.adapters.in_force import InForce
from routing.handlers import dry_runs, policies
from routing.handlers.asking import Desk
from routing.settings import Settings
from routing.subscriptions import subscriptions

VERSION = "1.0.0"


def create(settings: Settings) -> Service:
    database = Database(settings, "routing")
    key = settings.pseudonym_key or settings.signing_key
    in_force = InForce(policy_file.load())
    desk = Desk(
        in_force=in_force,
        register=register_file.load(),
        calendar=settings.calendar(),
        pseudonyms=Pseudonyms(key.get_secret_value()),
    )
    policy_file.check_parts(
        in_force.policy, {partner.part for partner in desk.register.values()}, policy_file.shipped()
    )
    routers = [
        api.assignments.router,
        api.policies.router(desk.register),
        api.dry_runs.router(desk.register),
        api.explanations.router(in_force),
        pages.policies.router(desk),
        pages.proposing.router(desk),
        pages.dry_runs.router(desk),
    ]
    return Service(
        name="routing",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, routers, api.REFUSALS, problem_page),
        subscriptions=subscriptions(desk),
        paths=("routing", "beleid"),
        jobs=(
            every(timedelta(milliseconds=500), policies.follow_policy, in_force=in_force),
            every(timedelta(seconds=1), dry_runs.replay_reports, register=desk.register),
        ),
        partners=tuple(register_file.connected(desk.register)),
    )
