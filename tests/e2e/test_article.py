"""The main job on the real stack: every process, every SDK, the sandbox on the wire."""

import io
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import soundfile  # type: ignore[import-untyped]  # publishes no types

from deploy.local.stack import RunningStack

ORDER = {"language": "de", "native_language": "en", "level": "A2", "topic": "Ein Samstag auf dem Markt"}
PATIENCE = 90.0  # seconds for a whole article on a busy machine


@pytest.fixture(name="client")
def _client(stack: RunningStack) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {stack.api_key}"}
    with httpx.Client(base_url=stack.api_url, headers=headers, timeout=PATIENCE) as client:
        yield client


def finished(client: httpx.Client, order: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ended job and its article."""
    posted = client.post("/api/generation/articles", json=order)
    assert posted.status_code == 202, posted.text
    assert posted.headers["Location"] == f"/api/jobs/{posted.json()['id']}"
    job = client.get(posted.headers["Location"], params={"wait": 60}).json()
    assert job["done"], job
    return job, client.get(job["result"]["article"]["url"]).json()


def test_an_article_is_written_cut_translated_spoken_and_heard(client: httpx.Client) -> None:
    job, article = finished(client, ORDER)
    assert job["status"] == "succeeded", job
    assert {step["name"]: step["attempt"] for step in job["progress"]["steps"]} == {
        "write_text": 1,
        "annotate_text": 1,
        "translate_text": 1,
        "narrate_text": 1,
        "align_audio": 1,
    }
    sentences = article["sentences"]
    assert len(sentences) == 15
    for sentence in sentences:
        assert article["text"][sentence["start"] : sentence["end"]] == sentence["text"]
        assert sentence["translation"]
        for token in sentence["tokens"]:
            assert article["text"][token["start"] : token["end"]] == token["text"]
    assert sentences[0]["translation"] == "Every Saturday I go to the market with my grandma."
    assert next(token["lemma"] for token in sentences[0]["tokens"] if token["text"] == "gehe") == "gehen"


def test_times_follow_each_other_and_end_with_the_audio(client: httpx.Client) -> None:
    _, article = finished(client, ORDER)
    audio = httpx.get(article["narration"]["url"]).content  # presigned: no key
    samples, rate = soundfile.read(io.BytesIO(audio))
    length_ms = len(samples) / rate * 1000
    assert abs(length_ms - article["narration"]["duration_ms"]) <= 50
    times = [(sentence["start_ms"], sentence["end_ms"]) for sentence in article["sentences"]]
    assert all(start < end for start, end in times)
    assert all(end <= start for (_, end), (start, _) in pairwise(times))
    assert times[-1][1] <= length_ms
    assert article["alignment"]["coverage"] == 1.0


def test_the_ledger_counts_what_the_providers_count(client: httpx.Client) -> None:
    _, first = finished(client, ORDER)
    sandbox = "{0.scheme}://{0.netloc}".format(urlsplit(first["narration"]["url"]))
    httpx.delete(f"{sandbox}/admin/calls")
    job, _ = finished(client, {**ORDER, "topic": "Eine Reise mit dem Zug"})
    answered = Counter(
        {name: counts["answered"] for name, counts in httpx.get(f"{sandbox}/admin/calls").json().items()}
    )
    assert answered["anthropic"] == 1
    assert job["cost"]["calls"] == sum(answered.values())
    assert job["cost"]["sandbox"]
    assert job["cost"]["charged_micro_usd"] == 0
