"""The only door, and what survives a container: the Caddyfile and the volumes."""

import re
from typing import Any

import pytest

from deploy.local.state import CHECKOUT
from services.api.imports.routes import ImportController
from services.api.preferences import LONGEST_WAIT
from shared.learning.transfers import MOST_UPLOAD
from tests.support.compose import example, read_compose

CADDYFILE = (CHECKOUT / "deploy/proxy/Caddyfile").read_text()
ALL: dict[str, dict[str, Any]] = read_compose(example())["services"]
SLOWEST = 200_000
"""Bytes a second of a line that an upload must get through on: 1.6 Mbit/s."""
KEPT = {
    "postgres": "/var/lib/postgresql",
    "redis": "/data",
    "objects": "/data",
    "proxy": "/data",
    "prometheus": "/prometheus",
    "grafana": "/var/lib/grafana",
}
"""Where each image keeps what must outlive its container."""


@pytest.mark.parametrize("service", KEPT)
def test_data_outlive_the_container(service: str) -> None:
    assert KEPT[service] in {volume.split(":")[1] for volume in ALL[service]["volumes"]}


def test_a_long_poll_is_not_cut_off() -> None:
    found = re.search(r"response_header_timeout (\d+)s", CADDYFILE)
    assert found
    assert int(found[1]) > LONGEST_WAIT


def test_an_upload_may_take_its_time_and_is_not_kept() -> None:
    found = re.search(
        r"^\t@upload path (\S+)\n\trequest_body @upload \{\n\t\tread_timeout (\d+)m\n\t\}$",
        CADDYFILE,
        flags=re.MULTILINE,
    )
    assert found
    assert found[1] == ImportController.path + "/uploads"
    assert int(found[2]) * 60 >= MOST_UPLOAD / SLOWEST
    assert not re.search(r"max_size|request_buffers", CADDYFILE)


def test_what_is_no_upload_does_not_take_so_long() -> None:
    found = re.search(r"^\t\t\tread_body (\d+)s$", CADDYFILE, flags=re.MULTILINE)
    assert found
    assert int(found[1]) <= 60


def test_nobody_steers_the_proxy_or_writes_objects_through_it() -> None:
    assert re.search(r"^\tadmin off$", CADDYFILE, flags=re.MULTILINE)
    assert re.search(r"@reading method GET HEAD OPTIONS\n\thandle @reading", CADDYFILE)


def test_the_health_check_asks_a_page_for_this_container_alone() -> None:
    assert str(ALL["proxy"]["healthcheck"]["test"][-1]) == "http://127.0.0.1:8090/"
    assert re.search(r"^http://127\.0\.0\.1:8090 \{\n\tbind 127\.0\.0\.1\n", CADDYFILE, flags=re.MULTILINE)
