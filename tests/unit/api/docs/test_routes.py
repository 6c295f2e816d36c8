import re

import httpx
import pytest


async def test_page_loads_nothing_from_elsewhere(stranger: httpx.AsyncClient) -> None:
    page = await stranger.get("/docs")
    assert page.status_code == 200
    assert "//" not in page.text.replace("<!doctype", "")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(addresses) == 4
    for address in addresses:
        if not address.startswith("data:"):
            assert (await stranger.get(f"/{address}")).status_code == 200


async def test_policy_lets_the_page_reach_only_this_api(stranger: httpx.AsyncClient) -> None:
    policy = (await stranger.get("/docs")).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "http" not in policy


async def test_assets_render_openapi_3_1(stranger: httpx.AsyncClient) -> None:
    bundle = await stranger.get("/docs/assets/swagger-ui-bundle.js")
    assert "isOAS31" in bundle.text
    document = (await stranger.get("/openapi.json")).json()
    assert document["openapi"].startswith("3.1")


async def test_nothing_but_the_assets_is_served(stranger: httpx.AsyncClient) -> None:
    for path in ("/docs/assets/../core.py", "/docs/assets/%2e%2e/core.py", "/docs/assets/core.py"):
        assert (await stranger.get(path)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/api/vocabulary/analyze", "/api/sentences/{sentence_id}/audio", "/api/admin/sentences/audio"]
)
async def test_the_answer_without_a_job_is_described_beside_the_job(stranger: httpx.AsyncClient, path: str) -> None:
    document = (await stranger.get("/openapi.json")).json()
    assert document["paths"][path]["post"]["responses"].keys() >= {"200", "202"}
