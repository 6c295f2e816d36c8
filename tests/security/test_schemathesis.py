"""Schemathesis against the running API: whatever it sends, the answer is one that the OpenAPI document describes.

`SCHEMATHESIS_SECONDS` says for how long (15; CI takes 60). The seed is fixed, so that a finding can be repeated.
"""

import asyncio
import os
import sys
from pathlib import Path

from shared.blobs.s3 import S3Blobs
from shared.settings import BlobSettings
from tests.integration.api.test_process import environment, running
from tests.security.possessions import POSSESSIONS
from tests.support.jobs import Engine
from tests.support.people import new_person
from tests.support.sandbox import ACCESS_KEY, SECRET_KEY, RunningSandbox, run_sandbox

SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "15"))
CONFIG = """
[parameters]
"query.wait" = 0
"""
"""A client may ask to be held back for a minute; here that would only pass the time."""
SEED = "20260301"
PLAN = "INSERT INTO plans VALUES ('tireless', 1000000, 1000000, 1000) ON CONFLICT DO NOTHING"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "ignored_auth",
    "use_after_free",
)
ENDS_ITSELF = "logout"
"""Would end the session that all the other requests come with."""


async def test_nothing_it_sends_gets_an_answer_that_is_not_described(
    engine: Engine, clean_database: str, redis_url: str, tmp_path: Path
) -> None:
    engine.connection.execute(PLAN)
    admin = new_person(engine.connection, "admin", "admin")
    engine.connection.execute("UPDATE accounts SET plan = 'tireless'")
    for row in POSSESSIONS.values():
        row.make(engine, admin.id)
    env = environment(clean_database, redis_url) | {"API_MODE": "development", "LOG_LEVEL": "INFO"}
    log = tmp_path / "api.log"
    with run_sandbox(tmp_path / "data") as sandbox:
        env |= object_store(sandbox)
        S3Blobs(BlobSettings.from_env(env)).ensure_bucket()
        code, report = await tried(env, log, admin.key, tmp_path)
    assert code == 0, f"{report}\n\n{unforeseen(log)}"


def object_store(sandbox: RunningSandbox) -> dict[str, str]:
    """Where uploads go."""
    return {
        "S3_ENDPOINT_URL": f"{sandbox.url}/s3",
        "S3_ACCESS_KEY_ID": ACCESS_KEY,
        "S3_SECRET_ACCESS_KEY": SECRET_KEY,
    }


async def tried(env: dict[str, str], log: Path, key: str, folder: Path) -> tuple[int | None, str]:
    """What comes of it against an API with this environment."""
    async with running(env, log):
        return await schemathesis(f"http://127.0.0.1:{env['API_PORT']}", key, folder)


async def schemathesis(url: str, key: str, folder: Path) -> tuple[int | None, str]:
    """Its exit code and report."""
    (folder / "schemathesis.toml").write_text(CONFIG)
    arguments = (
        *("run", f"{url}/openapi.json", "--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-time", str(SECONDS), "--seed", SEED, "--exclude-operation-id", ENDS_ITSELF),
        *("--generation-database", "none", "--no-color", "--warnings", "off", "--request-timeout", "20"),
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", *arguments, "--header", f"Authorization: Bearer {key}"),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, output.decode()


def unforeseen(log: Path) -> str:
    """What the API logged of its own mistakes."""
    return "\n".join(line for line in log.read_text().splitlines() if '"request failed"' in line)
