"""`compose.yaml` says what the code needs: settings, commands, ports, times, numbers of connections."""

import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.resources import files
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from deploy.local.environment import DOTENV
from deploy.local.postgres import SETTINGS
from deploy.local.providers import PROVIDERS
from deploy.local.state import CHECKOUT
from services.api.app import GRACE
from services.api.database import MOST_CONNECTIONS
from services.api.settings import Settings as ApiSettings
from services.dispatcher.app import CONNECTIONS as DISPATCHERS
from services.dispatcher.settings import Settings as DispatcherSettings
from services.generation.settings import Settings as GenerationSettings
from services.nlp.settings import Settings as NlpSettings
from services.sandbox.settings import Settings as SandboxSettings
from services.stt.settings import Settings as SttSettings
from services.tts.settings import Settings as TtsSettings
from shared.jobs.kinds import SERVICES
from shared.queue.worker import CONNECTIONS as WORKERS
from shared.settings import BlobSettings, database_url
from tests.support.compose import MissingVariableError, example, raw_compose, read_compose, sandbox_env

READERS: dict[str, Callable[[Mapping[str, str]], object]] = {
    "api": ApiSettings.from_env,
    "dispatcher": DispatcherSettings.from_env,
    "generation": GenerationSettings.from_env,
    "tts": TtsSettings.from_env,
    "stt": SttSettings.from_env,
    "nlp": NlpSettings.from_env,
    "sandbox": SandboxSettings.from_env,
    "migrate": database_url,
    "bucket": BlobSettings.from_env,
    "catalogue": database_url,
}
"""What each process of ours reads its settings with."""

ONCE = {"migrate", "bucket", "catalogue"}
WHOLE = read_compose(example())
ALL: dict[str, dict[str, Any]] = WHOLE["services"]
LASTING = sorted(ALL.keys() - ONCE)
OURS = sorted([*READERS, "flower"])


class Recorder(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


def seconds(text: str) -> int:
    found = re.fullmatch(r"(\d+)s", text)
    assert found, text
    return int(found[1])


def health_address(service: str) -> str:
    return str(ALL[service]["healthcheck"]["test"][-1])


def test_it_is_what_compose_understands() -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.Draft7Validator(json.loads(schema.read_text())).validate(raw_compose())


@pytest.mark.parametrize("service", READERS)
def test_a_process_is_given_every_setting_it_needs_and_none_it_does_not_know(service: str) -> None:
    given = Recorder(ALL[service]["environment"])
    READERS[service](given)
    assert sorted(given.keys() - given.asked) == []


def test_flower_knows_what_it_is_given() -> None:
    import_module("flower.options")
    options = import_module("tornado.options").options
    known = {f"FLOWER_{name.upper().replace('-', '_')}" for name in options} | {"CELERY_BROKER_URL", "LOG_LEVEL"}
    assert sorted(ALL["flower"]["environment"].keys() - known) == []


def test_the_sandbox_plays_every_provider() -> None:
    services = read_compose(example() | sandbox_env())["services"]
    port = services["sandbox"]["environment"]["SANDBOX_PORT"]
    for provider in PROVIDERS:
        environment = services[provider.service]["environment"]
        assert environment[f"{provider.prefix}_BASE_URL"] == f"http://sandbox:{port}/{provider.name}"
        READERS[provider.service](environment)
    assert services["sandbox"]["profiles"] == ["sandbox"]


def variables() -> list[str]:
    """Those that must be given."""
    return sorted(set(re.findall(r"\$\{(\w+):\?", (CHECKOUT / "compose.yaml").read_text())))


@pytest.mark.parametrize("name", variables())
def test_a_secret_that_is_missing_is_named(name: str) -> None:
    with pytest.raises(MissingVariableError, match=name):
        read_compose(example() | {name: ""})


def test_the_example_names_every_variable_and_no_other() -> None:
    text = (CHECKOUT / "deploy/docker/example.env").read_text()
    documented = set(re.findall(r"^#?([A-Z0-9_]+)=", text, flags=re.MULTILINE))
    used = set(re.findall(r"\$\{(\w+)", (CHECKOUT / "compose.yaml").read_text()))
    optional = {name for name in used if name.endswith(("_BASE_URL", "_MODEL"))} | {
        "API_DOCS",
        "INSIDE_NETWORK",
        "SANDBOX_LATENCY",
    }
    assert documented == used - optional
    assert set(variables()) == set(re.findall(r"^([A-Z0-9_]+)=", text, flags=re.MULTILINE))


def test_one_file_of_settings_serves_both_compose_and_make_up() -> None:
    clash = {"API_PORT", "FLOWER_PORT"} & set(re.findall(r"\$\{(\w+)", (CHECKOUT / "compose.yaml").read_text()))
    assert clash == set()
    assert {f"{provider.prefix}_API_KEY" for provider in PROVIDERS} <= DOTENV & example().keys()


@pytest.mark.parametrize("service", OURS)
def test_a_command_is_a_module_of_ours(service: str) -> None:
    python, flag, module, *_ = ALL[service]["command"]
    assert (python, flag) == ("python", "-m")
    assert find_spec(module)


@pytest.mark.parametrize("service", SERVICES)
def test_every_queue_has_its_worker(service: str) -> None:
    assert ALL[service]["command"] == ["python", "-m", f"services.{service}.app"]
    assert "profiles" not in ALL[service]


@pytest.mark.parametrize("service", LASTING)
def test_a_service_is_confined_watched_and_started_again(service: str) -> None:
    told = ALL[service]
    assert told["read_only"] is True
    assert told["init"] is True
    assert told["cap_drop"] == ["ALL"]
    assert told["security_opt"] == ["no-new-privileges:true"]
    assert told["restart"] == "unless-stopped"
    assert told["healthcheck"]["test"]
    assert told["logging"]["options"].keys() == {"max-size", "max-file"}
    assert told["deploy"]["resources"]["limits"].keys() == {"cpus", "memory", "pids"}
    assert "privileged" not in told


@pytest.mark.parametrize("service", sorted(ONCE))
def test_what_is_done_once_is_confined_and_over_before_others_begin(service: str) -> None:
    assert ALL[service]["restart"] == "no"
    assert ALL[service]["read_only"] is True
    for other in ("api", "dispatcher", *SERVICES):
        assert ALL[other]["depends_on"][service] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("service", [name for name in ALL if "build" not in ALL[name]])
def test_images_of_others_have_a_whole_version(service: str) -> None:
    assert re.search(r":v?\d+\.\d+(\.\d+)?(-[a-z0-9.]+)?(@sha256:[0-9a-f]{64})?$", ALL[service]["image"])


def test_only_the_proxy_is_seen_from_outside_and_only_workers_reach_out() -> None:
    networks = WHOLE["networks"]
    assert networks["inside"]["internal"] is True
    assert {name for name in ALL if "ports" in ALL[name]} == {"proxy"}
    reach_out = {
        name for name in ALL if any(not (networks[net] or {}).get("internal") for net in ALL[name]["networks"])
    }
    assert reach_out == {"proxy", *SERVICES}
    assert all("inside" in ALL[name]["networks"] for name in ALL)


def test_the_api_believes_the_proxys_network_and_no_other() -> None:
    assert [ALL["api"]["environment"]["TRUSTED_PROXIES"]] == [
        entry["subnet"] for entry in WHOLE["networks"]["inside"]["ipam"]["config"]
    ]


def test_the_api_is_closed() -> None:
    exposure = ApiSettings.from_env(ALL["api"]["environment"]).exposure
    assert exposure.production
    assert not exposure.docs
    assert exposure.metrics_token
    assert set(exposure.allowed_hosts) == {"localhost", "api"}


@pytest.mark.parametrize("service", SERVICES)
def test_a_worker_may_finish_before_it_is_killed(service: str) -> None:
    grace = int(ALL[service]["environment"]["WORKER_GRACE_S"])
    assert seconds(ALL[service]["stop_grace_period"]) >= grace + 10


def test_the_others_may_finish_too() -> None:
    assert seconds(ALL["api"]["stop_grace_period"]) >= GRACE + 10
    assert seconds(ALL["dispatcher"]["stop_grace_period"]) >= 5 * 3 + 5  # a join of five seconds a loop
    assert seconds(ALL["proxy"]["stop_grace_period"]) > seconds(ALL["api"]["stop_grace_period"])


@pytest.mark.parametrize("service", ["dispatcher", *SERVICES])
def test_a_process_without_a_port_of_its_own_is_asked_for_its_metrics(service: str) -> None:
    environment = ALL[service]["environment"]
    assert environment["METRICS_HOST"] == "0.0.0.0"  # noqa: S104 - in its container
    assert health_address(service) == f"http://127.0.0.1:{environment['METRICS_PORT']}/metrics"


@pytest.mark.parametrize(
    ("service", "variable", "path"),
    [
        ("api", "API_PORT", "/healthz"),
        ("sandbox", "SANDBOX_PORT", "/healthz"),
        ("flower", "FLOWER_PORT", "/healthcheck"),
    ],
)
def test_a_server_is_asked_at_its_port(service: str, variable: str, path: str) -> None:
    assert health_address(service) == f"http://127.0.0.1:{ALL[service]['environment'][variable]}{path}"


def test_addresses_are_those_of_services_here() -> None:
    for service in OURS:
        for name, value in ALL[service]["environment"].items():
            host = urlsplit(value).hostname if "://" in value else None
            if host is not None and name != "S3_PUBLIC_ENDPOINT_URL":
                assert host in ALL, f"{service}: {name}"
    objects = urlsplit(ALL["api"]["environment"]["S3_ENDPOINT_URL"])
    assert f"-s3.port={objects.port}" in ALL["objects"]["command"]


def test_postgres_is_the_one_that_is_tested_with() -> None:
    postgres = ALL["postgres"]
    assert re.match(r"postgres:18\.", postgres["image"])
    assert postgres["volumes"] == ["postgres:/var/lib/postgresql"]
    settings = dict(part.removeprefix("-c").split("=", 1) for part in postgres["command"][1:])
    assert settings["timezone"] == SETTINGS["timezone"]
    initdb = (CHECKOUT / "deploy/local/postgres.py").read_text()
    for option in postgres["environment"]["POSTGRES_INITDB_ARGS"].split():
        assert f'"{option}"' in initdb


def test_postgres_has_connections_for_twice_as_many_processes() -> None:
    wanted = MOST_CONNECTIONS + DISPATCHERS * ALL["dispatcher"]["deploy"]["replicas"] + (WORKERS + 1) * len(SERVICES)
    found = re.search(r"-cmax_connections=(\d+)", " ".join(ALL["postgres"]["command"]))
    assert found
    assert int(found[1]) >= 2 * wanted


def test_redis_forgets_nothing_and_asks_for_a_password() -> None:
    (script,) = ALL["redis"]["command"]
    assert "--appendonly yes" in script
    assert "--maxmemory-policy noeviction" in script
    assert "requirepass" in script
    assert ALL["redis"]["environment"]["REDIS_PASSWORD"] not in script
    assert ALL["redis"]["volumes"] == ["redis:/data"]


def test_two_dispatchers_run() -> None:
    assert ALL["dispatcher"]["deploy"]["replicas"] == 2


def test_the_proxy_passes_on_to_ports_that_are_there_and_hides_what_is_open() -> None:
    text = (CHECKOUT / "deploy/proxy/Caddyfile").read_text()
    ports = {
        "api": ALL["api"]["environment"]["API_PORT"],
        "flower": ALL["flower"]["environment"]["FLOWER_PORT"],
        "objects": "8333",
        "grafana": "3000",
    }
    assert dict(re.findall(r"reverse_proxy (\w+):(\d+)", text)) == ports
    sites = dict(re.findall(r"^(\S+) \{\n(.*?)^\}", text, flags=re.MULTILINE | re.DOTALL))
    assert re.search(r"@inner path /metrics /readyz\n\s*respond @inner 404", sites["{$API_ADDRESS}"])
    assert re.search(r"@open path /metrics\* /healthcheck\*\n\s*respond @open 404", sites["http://:5555"])
    assert set(re.findall(r"\{\$(\w+)\}", text)) == ALL["proxy"]["environment"].keys()
    for port in ALL["proxy"]["ports"]:
        inside = port.split("/")[0].split(":")[-1]
        assert inside in {"80", "443"} or port.startswith("127.0.0.1:")


def test_files_that_are_mounted_exist() -> None:
    for service in ALL.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (CHECKOUT / source).exists() if source.startswith("./") else source in WHOLE["volumes"]
