from collections.abc import Callable

import httpx
import pytest

from deploy.local.demo.client import PATIENCE, ApiSilentError, JobsClient, RefusedError
from tests.support.demo_stack import ARTICLE_ID, AUDIO_URL, JOB_ID, ScriptedApi, job
from tests.support.read_article import read_article

BODY = {"language": "de", "topic": "Meer"}


class Clock:
    """Time that passes only while somebody pauses."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def client_of(api: httpx.BaseTransport, told: list[str] | None = None, clock: Clock | None = None) -> JobsClient:
    clock = clock or Clock()
    heard: Callable[[str], None] = (told if told is not None else []).append
    return JobsClient("http://127.0.0.1:1", "pk_1", on_silence=heard, transport=api, pause=clock.pause, clock=clock)


def api_with(*states: dict[str, object]) -> ScriptedApi:
    return ScriptedApi(list(states) or [job()], read_article())


def submitted(client: JobsClient) -> list[str]:
    return [state.status for state in client.watch(client.submit(BODY))]


def test_a_job_is_watched_from_order_to_end() -> None:
    api = api_with(job("queued"), job("running"), job("succeeded"))

    assert submitted(client_of(api)) == ["queued", "running", "succeeded"]
    assert api.orders == [BODY]
    assert {request.headers["Authorization"] for request in api.requests} == {"Bearer pk_1"}


def test_after_the_first_answer_only_news_are_asked_for() -> None:
    api = api_with(job("queued"), job("succeeded"))

    submitted(client_of(api))

    first, second = api.requests[1:]
    assert ("wait" in first.url.params, "If-None-Match" in first.headers) == (False, False)
    assert (second.url.params["wait"], second.headers["If-None-Match"]) == ("2", '"0"')


def test_an_unchanged_job_is_told_again_so_that_other_news_are_not_kept_waiting() -> None:
    api = api_with(job("running"))
    watching = client_of(api).watch(client_of(api).submit(BODY))

    assert [next(watching).status for _ in range(3)] == ["running"] * 3


def test_a_restarted_api_is_waited_for_and_told_once() -> None:
    api = api_with()
    told: list[str] = []
    client = client_of(api, told)
    order = client.submit(BODY)
    api.trouble = [httpx.ReadError("gone"), httpx.ConnectError("refused"), httpx.Response(503)]

    assert [state.status for state in client.watch(order)] == ["succeeded"]
    assert told == ["The API does not answer (ReadError); waiting for it."]


def test_an_api_that_stays_away_is_given_up() -> None:
    api, clock = api_with(), Clock()
    client = client_of(api, clock=clock)
    order = client.submit(BODY)
    api.trouble = [httpx.ConnectError("refused")] * 1000

    with pytest.raises(ApiSilentError):
        list(client.watch(order))
    assert PATIENCE <= clock.now < PATIENCE + 2


def test_an_order_that_may_have_arrived_is_never_placed_twice() -> None:
    api = api_with()
    api.trouble = [httpx.ReadTimeout("no answer")]

    with pytest.raises(httpx.ReadTimeout):
        client_of(api).submit(BODY)
    assert len(api.requests) == 1


def test_an_order_that_surely_did_not_arrive_is_placed_again() -> None:
    api = api_with()
    api.trouble = [httpx.ConnectError("refused"), httpx.Response(503)]

    assert client_of(api).submit(BODY).id == JOB_ID
    assert len(api.orders) == 1


def test_bad_input_names_its_fields() -> None:
    api = api_with()
    problem = {"title": "Bad Request", "code": "input_invalid", "errors": [{"field": "topic", "message": "is blank"}]}
    api.trouble = [httpx.Response(400, json=problem, headers={"Content-Type": "application/problem+json"})]

    with pytest.raises(RefusedError) as caught:
        client_of(api).submit(BODY)
    assert caught.value.sentences == ["topic: is blank"]


def test_a_bug_of_the_api_is_no_endless_wait() -> None:
    api = api_with()
    api.trouble = [httpx.Response(500)]

    with pytest.raises(RefusedError, match="answered with 500"):
        client_of(api).submit(BODY)


def test_cancelling_a_job_that_has_ended_is_no_error() -> None:
    api = api_with()
    api.trouble = [httpx.Response(409)]

    client_of(api).cancel(JOB_ID)


def test_cancelling_gives_up_soon() -> None:
    api, clock = api_with(), Clock()
    api.trouble = [httpx.ConnectError("refused")] * 1000

    with pytest.raises(ApiSilentError):
        client_of(api, clock=clock).cancel(JOB_ID)
    assert clock.now < 10


def test_the_article_is_read() -> None:
    assert client_of(api_with()).article(ARTICLE_ID).title == "Auf dem Markt"


def test_the_key_is_not_sent_to_the_object_store() -> None:
    api = api_with()

    assert client_of(api).download(AUDIO_URL) == b"MP3"
    assert "Authorization" not in api.requests[0].headers
    assert api.requests[0].extensions["timeout"]["read"] == 30.0
