"""What the databases themselves write down: every message said, in the transaction that said it, and every effect."""

SERVICES = ("intake", "routing", "casework", "monitoring", "notifications")

SET_UP = (
    """
create schema faults;
create table faults.said (
  n bigint generated always as identity, publisher text not null, id text not null, source text not null,
  subject text not null, name text not null, reader text not null, place integer not null, reachable boolean,
  primary key (id, reader)
);
create index on faults.said (n);
create table faults.heard (
  n bigint generated always as identity primary key, reader text not null, source text not null, id text not null,
  subject text not null, place integer, name text not null
);
create index on faults.heard (id, reader);
create index on faults.heard (reader, source, subject, n);
create function faults.write_down() returns trigger language plpgsql security definer as $$
declare event jsonb := new.body::jsonb;
begin
  insert into faults.said (publisher, id, source, subject, name, reader, place, reachable)
  select tg_table_schema, event->>'id', event->>'source', event->>'subject',
         replace(event->>'type', 'nl.woonoverlast.', ''),
         split_part(follow, '=', 1), split_part(follow, '=', 2)::integer, (event->'data'->>'reachable')::boolean
  from regexp_split_to_table(event->>'follows', ' ') as follow
  on conflict do nothing;
  return null;
end $$;
grant usage on schema faults to {roles};
grant insert on faults.heard to {roles};
""".format(roles=", ".join(SERVICES))
    + "".join(
        f"create trigger witness after insert on {service}.outbox for each row execute function faults.write_down();"
        for service in SERVICES
    )
)

_SET_ASIDE = "\nunion all ".join(
    f"select '{service}' as reader, event_id as id from {service}.deferred where state = 'parked'"
    f" union all select '{service}', event_id from {service}.interventions where action = 'discard'"
    for service in SERVICES
)

OPEN = {
    "in an outbox": " union all ".join(f"select 1 from {service}.outbox" for service in SERVICES),
    "aside": " union all ".join(
        f"select 1 from {service}.deferred where state <> 'parked'" for service in SERVICES
    ),
    "not heard": f"""
      select 1 from faults.said s where s.n > $1 and s.reader = any(array{list(SERVICES)})
        and not exists (select from faults.heard h where h.id = s.id and h.reader = s.reader)
        and not exists (select from ({_SET_ASIDE}) a where a.id = s.id and a.reader = s.reader)""",
    # Those of the whole chain run for weeks, whatever broke meanwhile.
    "clocks that run": "select 1 from monitoring.deadlines where next_at is not null"
    " and promise not in ('first-action', 'outcome', 'aftercare')",
    "letters to send": "select 1 from notifications.notifications where state = 'queued'",
}
"""What there is still to do; the mark is where the fault began."""

PARKED = " union all ".join(
    f"select '{service}' as service, reason, count(*), min(detail) as detail from {service}.deferred"
    " where state = 'parked' group by reason"
    for service in SERVICES
)

DOUBLED = {
    "effects": """
      select count(*) from faults.heard h where h.n > $1 and exists
        (select from faults.heard e where e.id = h.id and e.reader = h.reader and e.source = h.source and e.n < h.n)""",
    # Of the others there is one in the life of its subject, so a second one is an effect that happened twice.
    "announcements": """
      select coalesce(sum(many - 1), 0) from
        (select count(distinct id) as many from faults.said
         where name not in ('cases.joined.v1', 'assignments.progressed.v1', 'assignments.noted.v1',
                            'assignments.queried.v1', 'reports.reassessed.v1', 'reports.wanted.v1', 'reports.told.v1',
                            'deadlines.paused.v1', 'deadlines.resumed.v1', 'escalations.raised.v1', 'partners.listed.v1')
         group by subject, name having count(distinct id) > 1 and max(n) > $1) twice""",
    "timeline": """
      select greatest(0, (select count(*) from casework.entries where what = any($1::text[]))
                       - (select count(*) from faults.heard where reader = 'casework' and name = any($2::text[])))""",
}

REORDERED = """
  select count(*) from
    (select n, place, lag(place, 1, 0) over (partition by reader, source, subject order by n) as before
     from faults.heard where place is not null) steps
  where n > $1 and place <> before + 1"""

NEVER_AFTER = """
  select count(*) from faults.said missed join faults.said met using (subject)
  where missed.name = 'deadlines.missed.v2' and met.name = 'deadlines.met.v2' and missed.n > $1
    and missed.reader = 'casework' and met.reader = 'casework' and missed.place > met.place"""

NO_CLOCK = """
  select count(*) from faults.said s where s.reader = 'monitoring' and s.n > $1
    and exists (select from faults.heard h where h.id = s.id and h.reader = s.reader)
    and (s.name = 'assignments.offered.v1'
           and not exists (select from monitoring.deadlines d where d.assignment_id = s.subject::uuid)
           and not exists (select from faults.said w where w.subject = s.subject and w.name = 'assignments.withdrawn.v1')
      or s.name = 'reports.registered.v1' and s.reachable
           and not exists (select from monitoring.deadlines d
                           where d.report_id = s.subject::uuid and d.promise = 'confirmation'))"""

CLOCK_THAT_STOPPED = """
  select count(*) from monitoring.deadlines where next_at is null and state in ('running', 'warned')"""

UNHEARD = """
  select count(*) from unnest($1::text[]) as answer(id)
  where not exists (select from faults.heard h where h.reader = 'routing' and h.id = answer.id)
    and not exists (select from routing.deferred d where d.sender is not null and d.event_id = answer.id)"""

ENTRIES = {
    "opened": "reports.submitted.v1",
    "joined": "reports.submitted.v1",
    "assessed": "reports.assessed.v1",
    "reassessed": "reports.reassessed.v1",
    "offered": "assignments.offered.v1",
    "expired": "assignments.expired.v1",
    "answered": "assignments.answered.v1",
    "term-started": "deadlines.started.v2",
    "term-missed": "deadlines.missed.v2",
}
"""The lines of the timeline, and the messages that each write one."""
