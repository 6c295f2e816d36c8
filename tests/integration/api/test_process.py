"""The real process: uvicorn, its signals and its log."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from services.api.accounts.operators import create_key
from tests.support.jobs import Engine, step
from tests.support.ports import free_port
from tests.support.waiting import becomes

CHECKOUT = Path(__file__).parents[3]


@asynccontextmanager
async def running(env: dict[str, str], log: Path) -> AsyncIterator[tuple[Process, httpx.AsyncClient]]:
    """The process and a client, once it answers; it is gone afterwards."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services.api.app", cwd=CHECKOUT, env=env, stdout=output, stderr=output
        )
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{env['API_PORT']}", timeout=90) as client:

            async def answers() -> bool:
                assert process.returncode is None, f"it has ended: see {log}"
                try:
                    return (await client.get("/healthz")).status_code == 200
                except httpx.TransportError:
                    return False

            await becomes(answers)
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def environment(database_url: str, redis_url: str) -> dict[str, str]:
    """What the process is told. The object store is away."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "S3_ENDPOINT_URL": "http://127.0.0.1:1/s3",
        "S3_BUCKET": "parlance",
        "S3_ACCESS_KEY_ID": "made-up",
        "S3_SECRET_ACCESS_KEY": "made-up-as-well",
        "TOKEN_KEYS": "one:" + "x" * 32,
        "API_PORT": str(free_port()),
        "LOG_LEVEL": "DEBUG",
    }


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_process_stops_at_once_though_a_client_waits(
    sign: signal.Signals, engine: Engine, clean_database: str, redis_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "api.log"
    key = create_key(engine.connection, "mine")
    job_id = engine.submit(step("write_text"), owner_id=key.owner_id)
    async with running(environment(clean_database, redis_url), log) as (process, client):
        headers = {"Authorization": f"Bearer {key.key}", "X-Request-ID": "the-one-that-waits"}
        assert (await client.get(f"/api/jobs/{job_id}", headers=headers)).headers.get("server") is None
        waiting = asyncio.create_task(client.get(f"/api/jobs/{job_id}?wait=60&note=swordfish", headers=headers))
        order = {"language": "de", "level": "A1", "topic": "cats"}
        created = await client.post("/api/generation/articles", json=order, headers=headers)
        assert created.status_code == 202
        assert not waiting.done()
        process.send_signal(sign)
        answer = await asyncio.wait_for(waiting, 10)
        assert (answer.status_code, answer.json()["status"]) == (200, "queued")
        assert await asyncio.wait_for(process.wait(), 20) == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    mine = [line for line in lines if line.get("request_id") == "the-one-that-waits"]
    assert {"/api/jobs/{job_id}", "/api/generation/articles"} == {line["route"] for line in mine if "route" in line}
    for secret in (key.key, "swordfish", "made-up-as-well", "cats"):
        assert secret not in log.read_text()


async def test_wake_up_of_a_new_job_reaches_redis(
    engine: Engine, clean_database: str, redis_url: str, tmp_path: Path
) -> None:
    key = create_key(engine.connection, "mine")
    async with running(environment(clean_database, redis_url), tmp_path / "api.log") as (_, client):
        order = {"language": "de", "level": "A1", "topic": "cats"}
        answer = await client.post("/api/generation/articles", json=order, headers={"X-API-Key": key.key})
        assert answer.status_code == 202
        async with Redis.from_url(redis_url) as redis:

            async def published() -> bool:
                return bool(await redis.llen("generation"))

            await becomes(published)


async def test_process_starts_and_says_so_while_everything_is_away(tmp_path: Path) -> None:
    nowhere = "postgresql://me:nothing@127.0.0.1:1/nowhere"
    async with running(environment(nowhere, "redis://127.0.0.1:1/0"), tmp_path / "api.log") as (_, client):
        answer = await client.get("/readyz")
        assert answer.status_code == 503
        assert not any(result == "ok" for result in answer.json()["checks"].values())
        job = await client.get("/api/jobs/01a1f8df-018e-74d4-b709-c0ad51c3514f", headers={"X-API-Key": "pk_x"})
        assert (job.status_code, job.json()["code"]) == (503, "unavailable")
