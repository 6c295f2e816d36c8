"""What children see: their own servers, their own provider's key, nothing of the user's shell."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.local.environment import (
    flower_environment,
    inherited,
    keys_of,
    read_dotenv,
    sandbox_environment,
    service_environment,
)
from deploy.local.memory import Memory
from deploy.local.places import places_of_up
from deploy.local.providers import who_answers
from services.api.accounts.access_tokens import token_keys
from shared.settings import ProviderSettings

MEMORY = Memory(
    ports={"postgres": 1, "redis": 2, "sandbox": 3, "api": 4, "flower": 5}
    | {"dispatcher": 6, "generation": 7, "tts": 8, "stt": 9, "nlp": 10},
    redis_password="rp",
    s3_access_key="ak",
    s3_secret_key="sk",
    flower_password="fp",
)
SHELL = {
    "HOME": "/home/somebody",
    "PATH": "/usr/bin",
    "DATABASE_URL": "postgresql://theirs",
    "REDIS_URL": "redis://theirs",
    "ANTHROPIC_API_KEY": "their-money",
    "S3_BUCKET": "theirs",
    "AWS_PROFILE": "theirs",
    "PGPASSWORD": "theirs",
    "PYTHONPATH": "/theirs",
    "WORKER_SLOTS": "1",
    "SANDBOX_FAULTS": "[]",
}


def service(name: str, given: Mapping[str, str] = {}, shell: Mapping[str, str] = SHELL) -> dict[str, str]:
    return service_environment(
        name,
        base=inherited(shell),
        given=given,
        memory=MEMORY,
        database_url="postgresql://ours",
        redis_url="redis://ours",
    )


def test_servers_of_the_shell_are_never_read() -> None:
    environment = service("generation")
    assert environment["DATABASE_URL"] == "postgresql://ours"
    assert environment["REDIS_URL"] == "redis://ours"
    assert environment["S3_BUCKET"] == "parlance"
    assert "their" not in "".join(environment.values())


def test_keys_of_the_shell_are_never_read() -> None:
    assert service("generation")["ANTHROPIC_API_KEY"] == "sandbox"
    assert service("generation")["ANTHROPIC_BASE_URL"] == "http://127.0.0.1:3/anthropic"


def test_a_key_that_is_given_reaches_its_own_service_only() -> None:
    given = {"ANTHROPIC_API_KEY": "real-key", "ANTHROPIC_MODEL": "a-model"}
    generation = service("generation", given)
    assert (generation["ANTHROPIC_API_KEY"], generation["ANTHROPIC_MODEL"]) == ("real-key", "a-model")
    assert "ANTHROPIC_BASE_URL" not in generation
    for other in ("api", "dispatcher", "tts", "stt", "nlp"):
        assert "real-key" not in service(other, given).values()


@pytest.mark.parametrize(
    ("name", "prefix"), [("generation", "ANTHROPIC"), ("tts", "GEMINI"), ("stt", "DEEPGRAM"), ("nlp", "DEEPL")]
)
def test_each_worker_without_a_key_is_sent_to_the_sandbox(name: str, prefix: str) -> None:
    settings = ProviderSettings.from_env(service(name), prefix, model="default")
    assert settings.sandbox
    assert settings.base_url == f"http://127.0.0.1:3/{prefix.lower()}"
    assert settings.model == "default"


def test_the_table_says_which_provider_is_real() -> None:
    assert who_answers({"DEEPL_API_KEY": "key", "GEMINI_API_KEY": " ", "DEEPGRAM_API_KEY": "sandbox"}) == {
        "anthropic": "sandbox",
        "gemini": "sandbox",
        "deepgram": "sandbox",
        "deepl": "real",
    }


def test_only_provider_variables_are_taken_from_the_shell_of_a_real_demo() -> None:
    assert keys_of(SHELL | {"DEEPL_API_KEY": ""}) == {"ANTHROPIC_API_KEY": "their-money"}


def test_calls_on_this_machine_go_through_no_proxy() -> None:
    proxied = inherited({"HTTPS_PROXY": "http://proxy", "http_proxy": "http://proxy", "no_proxy": "intranet"})
    assert proxied["HTTPS_PROXY"] == proxied["http_proxy"] == "http://proxy"
    assert proxied["NO_PROXY"] == proxied["no_proxy"] == "intranet,127.0.0.1,localhost,::1"


def test_a_home_that_is_not_set_stays_unset() -> None:
    assert "HOME" not in inherited({})


def test_dotenv_gives_what_is_documented_and_not_empty(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\nANTHROPIC_API_KEY=key with $dollar\nDEEPL_API_KEY=\nAPI_PORT=8080\n"
        "DATABASE_URL=postgresql://theirs\nREDIS_URL=redis://theirs\nPATH=/theirs\nLOG_LEVEL='DEBUG'\nBROKEN\n"
    )
    assert read_dotenv(file) == {"ANTHROPIC_API_KEY": "key with $dollar", "API_PORT": "8080", "LOG_LEVEL": "DEBUG"}


def test_no_dotenv_gives_nothing(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / ".env") == {}


def test_tuning_reaches_the_workers_and_the_sandbox() -> None:
    given = {"WORKER_SLOTS": "8", "SANDBOX_LATENCY": "realistic"}
    places = places_of_up(Path("/checkout"), Path("/checkout/.parlance"))
    sandbox = sandbox_environment(places, base={}, given=given, memory=MEMORY)
    assert service("tts", given)["WORKER_SLOTS"] == "8"
    assert sandbox["SANDBOX_LATENCY"] == "realistic"
    assert sandbox["SANDBOX_DATA"] == "/checkout/.parlance"
    assert sandbox["SANDBOX_S3_SECRET_ACCESS_KEY"] == service("tts")["S3_SECRET_ACCESS_KEY"] == "sk"


def test_only_the_api_can_sign_access_tokens() -> None:
    assert token_keys(service("api"))[0].kid == "local"
    assert not any("TOKEN_KEYS" in service(name) for name in ("dispatcher", "generation", "nlp", "stt", "tts"))


def test_flower_asks_for_a_password_and_listens_here_only() -> None:
    environment = flower_environment(base={}, memory=MEMORY, redis_url="redis://ours")
    assert environment["FLOWER_BASIC_AUTH"] == "parlance:fp"
    assert environment["FLOWER_ADDRESS"] == "127.0.0.1"
    assert "FLOWER_UNAUTHENTICATED_API" not in environment


def test_flower_changes_nothing_and_forgets_in_time() -> None:
    environment = flower_environment(base={}, memory=MEMORY, redis_url="redis://ours")
    assert environment["FLOWER_READ_ONLY"] == "true"
    assert int(environment["FLOWER_MAX_TASKS"]) <= 10_000
    assert int(environment["FLOWER_PURGE_OFFLINE_WORKERS"]) <= 3600


def test_pages_of_an_app_under_development_may_call_the_api() -> None:
    origins = {"CORS_ORIGINS": "http://localhost:5173"}
    assert service("api", origins)["CORS_ORIGINS"] == "http://localhost:5173"
    assert "CORS_ORIGINS" not in service("api", {})
    assert service("api", {})["API_MODE"] == "development"
