"""A database that is used again is as a new one."""

import asyncpg
from emptying import Databases


async def ask(databases: Databases, name: str, *statements: str) -> list[asyncpg.Record]:
    database = await asyncpg.connect(databases.url, database=name)
    found = []
    for statement in statements:
        found = await database.fetch(statement)
    await database.close()
    return found


async def test_what_a_test_left_is_gone_and_numbers_begin_anew(postgres_url: str, template: str) -> None:
    databases = Databases(postgres_url.replace("+asyncpg", ""), template, "again")
    name = await databases.take()
    note = "insert into intake.interventions (deferred_id, action, who, why, at) values (1, 'replay', 'x', 'y', now())"
    page = "create table intake.sent_19990101 partition of intake.sent for values from ('1999-01-01') to ('1999-01-02')"
    await ask(databases, name, note, page)
    await databases.give_back(name)
    assert await databases.take() == name
    assert await ask(databases, name, "select from intake.interventions") == []
    assert await ask(databases, name, "select where to_regclass('intake.sent_19990101') is not null") == []
    again = await ask(databases, name, f"{note} returning id")
    assert again[0]["id"] == 1
    await databases.give_back(name)
    await databases.end()


async def test_a_database_of_another_shape_is_not_used_again(postgres_url: str, template: str) -> None:
    databases = Databases(postgres_url.replace("+asyncpg", ""), template, "again")
    name = await databases.take()
    await ask(databases, name, "alter table intake.reports add column extra int")
    await databases.give_back(name)
    assert await databases.take() != name
    await databases.end()
