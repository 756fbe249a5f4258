"""Where routing's parts meet."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from chassis.calendar import HERE
from chassis.clock import wall_clock
from chassis.database import Database
from chassis.http import create_app
from chassis.jobs import Job, every, outward
from chassis.mail import MailServer
from chassis.pseudonyms import Pseudonyms
from chassis.service import Service
from chassis.version_handlers import InForce
from look.pages import problem_page
from routing import api, pages
from routing.adapters import covenant_ends, partner_secrets, policy_file, register_file
from routing.adapters.envelope import Envelope
from routing.adapters.languages import LANGUAGES
from routing.adapters.link_mail import LinkMail
from routing.adapters.push import Push
from routing.domain.partners import Partner
from routing.handlers import delivering, dry_runs, links, listing, policies
from routing.handlers.asking import Desk
from routing.settings import Settings
from routing.subscriptions import subscriptions

VERSION = "1.0.0"
A_MOMENT = timedelta(milliseconds=500)
A_SECOND = timedelta(seconds=1)
A_WHILE = timedelta(seconds=15)
AN_HOUR = timedelta(hours=1)


def create(settings: Settings) -> Service:
    """SecretsMissing where a partner cannot be reached as the register says."""
    database = Database(settings, "routing")
    key = settings.pseudonym_key or settings.signing_key
    in_force = InForce(policy_file.load(), policy_file.shipped())
    desk = Desk(
        in_force=in_force,
        register=register_file.read(settings.register_file),
        calendar=settings.calendar(),
        pseudonyms=Pseudonyms(key.get_secret_value()),
        envelope=Envelope(settings.source("routing"), settings.schemas_url, settings.public_url),
    )
    covenant_ends.show(desk.register.values(), wall_clock().astimezone(HERE).date())
    policy_file.check_parts(
        in_force.rules, {partner.part for partner in desk.register.values()}, in_force.shipped
    )
    secrets = partner_secrets.load(desk.register.values(), settings.partner_secrets_dir)
    carriers = dict(_carriers(desk.register, secrets, settings))
    codes = {partner: kept.code for partner, kept in secrets.items() if kept.code}
    secure = settings.public_url.startswith("https:")
    routers = [
        api.assignments.router(desk),
        api.partner_answers.router(database, desk),
        api.policies.router(desk.register),
        api.dry_runs.router(desk.register),
        api.explanations.router(in_force),
        api.contacts.router(desk.register),
        pages.answers.router(database, desk, codes, secure=secure),
        pages.assignments.router(desk),
        pages.policies.router(desk),
        pages.dry_runs.router(desk),
    ]
    return Service(
        name="routing",
        settings=settings,
        database=database,
        app=create_app(settings, database, VERSION, routers, api.REFUSALS, problem_page),
        subscriptions=subscriptions(desk),
        paths=("routing", "partner", "uitzettingen", "beleid"),
        jobs=(
            *_deliveries(carriers, MailServer.of(settings), desk),
            outward(A_SECOND, listing.list_partners, register=desk.register, listed=listing.Listed()),
            every(A_WHILE, delivering.give_up_overdue, desk=desk),
            every(A_WHILE, delivering.count_deliveries, register=desk.register),
            every(AN_HOUR, links.forget),
            every(A_MOMENT, policies.follow_policy, in_force=in_force),
            every(A_SECOND, dry_runs.replay_reports, register=desk.register),
            every(AN_HOUR, dry_runs.forget_dry_runs, kept=timedelta(days=settings.keep_dry_runs_days)),
        ),
        partners=tuple(register_file.connected(desk.register)),
        closing=tuple(carrier.close for carrier in carriers.values() if isinstance(carrier, Push)),
    )


def _carriers(
    register: Mapping[str, Partner], secrets: Mapping[str, partner_secrets.PartnerSecrets], settings: Settings
) -> Iterator[tuple[str, delivering.Carrier]]:
    for partner in register.values():
        if partner.push and partner.adapter:
            headers = partial(LANGUAGES[partner.adapter].headers, settings.oin)
            yield partner.id, Push(partner.push, secrets[partner.id], headers)
        elif partner.mail:
            yield partner.id, LinkMail(partner, settings.public_url, settings.mail_from)


def _deliveries(
    carriers: Mapping[str, delivering.Carrier], mail_server: MailServer, desk: Desk
) -> Iterator[Job]:
    """A job for each partner, so that who is slow holds up nobody else."""
    for name, carrier in carriers.items():
        yield outward(
            A_MOMENT,
            delivering.deliver,
            receiver=desk.register[name],
            carrier=carrier,
            mail_server=mail_server,
            desk=desk,
        )
