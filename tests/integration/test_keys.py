"""Keys: where they lie, what happens without them, and how they are exchanged."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_api
from api.db.engine import Database
from api.errors import KeyMismatchError, KeyMissingError, KeyUnreadableError, SealBrokenError
from api.keys import rotation
from api.keys.sealing import FILE_MARK, Place
from api.keys.vault import Vault
from api.settings import ApiSettings
from api.storage import make_vault, open_storage, sealed_files
from tests.fakes.looking import contents, execute
from tests.integration.test_applications import open_draft, submit

PDF = b"%PDF-1.7 " + secrets.token_bytes(40)


@asynccontextmanager
async def serving(settings: ApiSettings) -> AsyncIterator[httpx.AsyncClient]:
    """A server as another process would run it, asked as a channel."""
    app: FastAPI = create_api(settings, documents={})
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"Authorization": f"Bearer {app.state.service_token}"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://test", headers=headers
        ) as client:
            yield client


@asynccontextmanager
async def storage(settings: ApiSettings) -> AsyncIterator[tuple[Database, Vault]]:
    database, vault = Database(settings.url), make_vault(settings)
    try:
        await open_storage(database, vault, settings)
        yield database, vault
    finally:
        await database.close()


@pytest.fixture
async def filled(settings) -> str:
    """An installation with an application, a file of it and a conversation; the id."""
    async with serving(settings) as client:
        application_id, headers = await open_draft(client)
        await client.post(
            f"/v1/applications/{application_id}/attachments", content=PDF, headers=headers
        )
        await submit(client, application_id, headers)
        await client.put("/v1/conversations/telegram:1", json={"version": 0, "state": {"a": 1}})
    return application_id


def key_file(settings: ApiSettings) -> Path:
    return settings.data_dir / "keys" / "encryption"


def lose(path: Path) -> None:
    path.unlink()


def change(path: Path) -> None:
    path.write_text("another key, of the same length or so")


def empty(path: Path) -> None:
    path.write_text(" \n")


def hide(path: Path) -> None:
    """Neither root nor anybody reads a folder as a file."""
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("harm", "error"),
    [
        (lose, KeyMissingError),
        (change, KeyMismatchError),
        (empty, KeyUnreadableError),
        (hide, KeyUnreadableError),
    ],
)
async def test_without_its_key_an_installation_does_not_start_and_stays_as_it_is(
    filled, settings, harm, error
):
    path, before = key_file(settings), contents(settings.url)
    kept = path.read_text()
    harm(path)
    files = sorted(settings.data_dir.rglob("*"))

    with pytest.raises(error):
        async with serving(settings):
            pass
    with pytest.raises(error):
        async with storage(settings):
            pass

    assert contents(settings.url) == before
    assert sorted(settings.data_dir.rglob("*")) == files
    if path.is_dir():
        path.rmdir()
    path.write_text(kept)
    async with serving(settings) as client:
        view = await client.get(f"/v1/applications/{filled}")
    assert view.json()["answers"]["trade"] == "理发"


async def test_a_database_whose_keys_are_gone_does_not_get_new_ones(filled, settings):
    execute(settings.url, "DELETE FROM data_keys")

    with pytest.raises(KeyMismatchError):
        async with storage(settings):
            pass

    assert contents(settings.url)["data_keys"] == []


@pytest.mark.parametrize("place", ["value", "file", "credential"])
async def test_the_key_lies_apart_from_the_data_where_it_is_wanted(
    database_url, tmp_path, monkeypatch, place
):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    given = {}
    if place == "value":
        given = {"encryption_key": secrets.token_urlsafe(32)}
    elif place == "file":
        given = {"encryption_key_file": elsewhere / "key"}
        (elsewhere / "key").write_text(secrets.token_urlsafe(32) + "\n")
    else:
        (elsewhere / "chuangdai-encryption-key").write_bytes(secrets.token_bytes(32))
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(elsewhere))
    settings = ApiSettings(data_dir=tmp_path / "data", database_url=database_url, **given)

    for _ in range(2):
        async with serving(settings) as client:
            await open_draft(client)

    assert not key_file(settings).exists()
    assert len(contents(database_url)["applications"]) == 2


async def test_a_key_file_that_is_named_is_not_made(database_url, tmp_path):
    settings = ApiSettings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        encryption_key_file=tmp_path / "not-mounted" / "key",
    )

    with pytest.raises(KeyMissingError):
        async with serving(settings):
            pass

    assert not (tmp_path / "not-mounted").exists()


async def test_two_processes_that_start_on_nothing_agree_on_the_keys(settings):
    async with asyncio.TaskGroup() as group:
        for serial in (1, 2):
            group.create_task(_open_one(settings, serial))

    assert len(contents(settings.url)["data_keys"]) == 2


async def _open_one(settings: ApiSettings, serial: int) -> None:
    async with serving(settings) as client:
        await open_draft(client, serial=serial)


@pytest.mark.parametrize("field", ["answers", "reasons"])
async def test_a_changed_value_is_a_problem_that_says_so_and_harms_no_other(
    filled, settings, field, caplog
):
    async with serving(settings) as client:
        other, _ = await open_draft(client, serial=2)
        (sealed,) = execute(
            settings.url, "SELECT answers FROM applications WHERE id=:id", id=filled
        )
        turned = sealed[0][:-8] + ("A" if sealed[0][-8] != "A" else "B") + sealed[0][-7:]
        execute(
            settings.url,
            f"UPDATE applications SET {field}=:turned WHERE id=:id",
            turned=turned,
            id=filled,
        )

        broken = await client.get(f"/v1/applications/{filled}")
        well = await client.get(f"/v1/applications/{other}")

    assert (broken.status_code, broken.json()["code"]) == (409, "seal_broken")
    assert broken.headers["content-type"] == "application/problem+json"
    assert well.status_code == 200
    assert filled in caplog.text  # staff are told where, and nothing else
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "rubbish", ["", "2.", "2.00000000.AAAA", "2.00000000.???", "9.x.y", "AAAA"]
)
async def test_what_is_no_sealed_value_at_all_is_the_same_problem(filled, settings, rubbish):
    execute(settings.url, "UPDATE applications SET answers=:r WHERE id=:id", r=rubbish, id=filled)

    async with serving(settings) as client:
        answer = await client.get(f"/v1/applications/{filled}")

    assert (answer.status_code, answer.json()["code"]) == (409, "seal_broken")


async def test_a_value_opens_in_its_row_field_and_table_only(settings):
    place = Place("applications", "answers", ("a",))
    others = [
        Place("applications", "answers", ("b",)),
        Place("applications", "reasons", ("a",)),
        Place("conversations", "answers", ("a",)),
        Place("applications", "answers", ("a", "")),
    ]
    async with storage(settings) as (database, vault), database.writing() as session:
        sealed = await vault.seal(session, {"x": 1}, place)
        file = await vault.seal_bytes(session, PDF, place)

        assert await vault.open(session, sealed, place) == {"x": 1}
        assert await vault.open_bytes(session, file, place) == PDF
        for other in others:
            with pytest.raises(SealBrokenError):
                await vault.open(session, sealed, other)
            with pytest.raises(SealBrokenError):
                await vault.open_bytes(session, file, other)


async def test_answers_of_one_application_do_not_open_in_another(filled, settings):
    async with serving(settings) as client:
        other, _ = await open_draft(client, serial=2)
        execute(
            settings.url,
            "UPDATE applications SET answers=(SELECT answers FROM applications WHERE id=:a) "
            "WHERE id=:b",
            a=filled,
            b=other,
        )

        answer = await client.get(f"/v1/applications/{other}")

    assert answer.json()["code"] == "seal_broken"


async def test_after_a_rotation_nothing_is_left_under_the_old_key(filled, settings):
    async with storage(settings) as (database, vault):
        files = sealed_files(settings)
        (old,) = await rotation.usage(database, files)
        done, is_new = await rotation.rotate(database, vault, files)
        counts = await rotation.usage(database, files)

    (new,) = counts
    assert new != old
    assert is_new
    assert counts[new] == done.moved == 4  # answers, response, conversation, file
    assert done.broken == []
    async with serving(settings) as client:
        view = (await client.get(f"/v1/applications/{filled}")).json()
        held = (await client.get("/v1/conversations/telegram:1")).json()
        found = await client.get(
            "/v1/applications/by-receipt",
            params={"receipt": view["receipt"], "phone_last4": "0001"},
        )
    assert view["answers"]["business_name"] == "演示理发店"
    assert held["state"] == {"a": 1}
    assert found.json()["id"] == filled


async def test_servers_go_on_while_keys_are_rotated(settings):
    """None of their requests fails, and none of what they write is left under an old key."""
    async with serving(settings) as one, serving(settings) as two:
        drafts = [await open_draft(one, serial=serial) for serial in range(1, 9)]
        is_over = asyncio.Event()

        async def keep_writing(client: httpx.AsyncClient, start: int) -> set[int]:
            seen, turn = set(), start
            while not is_over.is_set():
                application_id, headers = drafts[turn % len(drafts)]
                turn += 1
                changed = await client.patch(
                    f"/v1/applications/{application_id}",
                    json={"answers": {"employees": turn % 100}},
                    headers=headers,
                )
                shown = await client.get(f"/v1/applications/{application_id}", headers=headers)
                seen |= {changed.status_code, shown.status_code}
            return seen

        async def keep_rotating() -> None:
            try:
                async with storage(settings) as (database, vault):
                    for _ in range(5):
                        await rotation.rotate(database, vault, sealed_files(settings))
            finally:
                is_over.set()

        seen_one, seen_two, _ = await asyncio.gather(
            keep_writing(one, 0), keep_writing(two, 3), keep_rotating()
        )
        async with storage(settings) as (database, _):
            counts = await rotation.usage(database, sealed_files(settings))

    assert seen_one == seen_two == {200}
    assert len(counts) == 1


async def test_a_rotation_passes_by_what_does_not_open(filled, settings):
    execute(settings.url, "UPDATE conversations SET state='2.00000000.AAAA'")
    (path,) = (settings.data_dir / "attachments").iterdir()
    path.write_bytes(FILE_MARK + b"00000000" + b"x" * 40)

    async with storage(settings) as (database, vault):
        done, is_new = await rotation.rotate(database, vault, sealed_files(settings))

    assert is_new
    assert done.moved == 2
    assert [place.split()[0] for place in done.broken] == [
        "conversations.state",
        "attachments.content",
    ]


async def test_a_file_erased_during_a_rotation_does_not_come_back(filled, settings):
    (path,) = (settings.data_dir / "attachments").iterdir()
    execute(settings.url, "DELETE FROM attachments")

    async with storage(settings) as (database, vault):
        path_before = path.read_bytes()
        await rotation.rotate(database, vault, sealed_files(settings))

    assert path.read_bytes() == path_before  # a stray file is left alone, not sealed anew


async def test_the_installation_key_is_replaced_in_its_place(filled, settings):
    old = key_file(settings).read_text()
    async with serving(settings) as running:
        async with storage(settings) as (database, vault):
            copy = await rotation.replace_installation_key(database, vault, None)
        async with storage(settings) as (database, vault):
            await rotation.rotate(database, vault, sealed_files(settings))
        # It started with the old key, and now meets a data key it has never seen.
        view = await running.get(f"/v1/applications/{filled}")

    assert view.status_code == 200
    assert copy.read_text() == old
    assert key_file(settings).read_text() != old
    key_file(settings).write_text(old)
    with pytest.raises(KeyMismatchError):
        async with storage(settings):
            pass


async def test_a_new_installation_key_is_written_where_it_is_wanted(filled, settings, tmp_path):
    to = tmp_path / "safe"
    async with storage(settings) as (database, vault):
        await rotation.replace_installation_key(database, vault, to)

    with pytest.raises(KeyMismatchError):
        async with storage(settings):
            pass
    moved = settings.model_copy(update={"encryption_key_file": to})
    async with serving(moved) as client:
        assert (await client.get(f"/v1/applications/{filled}")).status_code == 200
    async with storage(moved) as (database, vault):
        with pytest.raises(KeyUnreadableError):
            await rotation.replace_installation_key(database, vault, to)  # nothing is overwritten
    assert oct(to.stat().st_mode)[-3:] == "600"


async def test_a_replacement_that_was_killed_before_the_key_took_its_place_is_ended(
    filled, settings, monkeypatch
):
    def die(place: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("api.keys.places.KeyPlace.take_next", die)
        async with storage(settings) as (database, vault):
            with pytest.raises(RuntimeError):
                await rotation.replace_installation_key(database, vault, None)

    async with serving(settings) as client:
        assert (await client.get(f"/v1/applications/{filled}")).status_code == 200
    assert not key_file(settings).with_name("encryption.next").exists()
