"""The head of the OpenAPI document: what this is, and who may call."""

import re

from litestar import Litestar, Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag
from litestar.serialization import encode_json

from services.api.auth import PUBLIC

VERSION = "0.1.0"
"""Of the HTTP interface."""
PAGE_NAME = re.compile(rb"Page_[\w.]+\.(\w+)_")
DESCRIPTION = """The backend that language-learning apps are built on.

Everything slow is a **job**: you get one at once (202) and poll it until `done`. Errors are
`application/problem+json` with a stable `code`; new members, statuses and codes may appear at any time.

Every request carries an API key or the access token of a sign-in, as `Authorization: Bearer ...`; a key also as
`X-API-Key`.

`RateLimit` says how much more your plan admits right now: `r` requests, and more after `t` seconds. Who asks too often
gets 429 and `Retry-After`; orders (articles, batches, analyses, audio, exports ...) have a limit of their own.
"""


def openapi_config() -> OpenAPIConfig:
    """How the document is made. Litestar insists on serving it somewhere; readers find it at `/openapi.json`."""
    return OpenAPIConfig(
        title="Parlance",
        version=VERSION,
        description=DESCRIPTION,
        license=License(name="MIT", identifier="MIT"),
        tags=[
            Tag(name="Accounts", description="Registering, signing in, and keys for programs."),
            Tag(name="Articles", description="Texts written for a level, tagged, translated and read aloud."),
            Tag(name="Batches", description="Up to a thousand jobs, ordered and watched together."),
            Tag(name="Jobs", description="How far work is, and stopping or repeating it."),
            Tag(name="Languages", description="What can be asked for."),
            Tag(name="Word bank", description="What somebody learns and from which language; the words they keep."),
            Tag(name="Vocabulary", description="The lexicon, own words, lists, what to learn next, how far one is."),
            Tag(name="Flashcards", description="Cards of the words, and sittings that survive a restart."),
            Tag(name="Learning", description="What is due, answers, the schedule, and how it goes day by day."),
            Tag(name="Quizzes", description="Questions about one's words, scored once."),
            Tag(name="Packs", description="Words that belong together, ready to be learnt."),
            Tag(name="Sentences", description="Sentences with translations and audio."),
            Tag(name="Speaking", description="Setting out to say a sentence aloud."),
            Tag(name="Reports", description="Telling that a word, a sentence or a pack is wrong."),
            Tag(name="Imports and exports", description="Tables and Anki decks in; everything one keeps out."),
            Tag(name="Screens", description="What one view of an app needs, in one answer."),
            Tag(name="Config", description="What operators tell apps without a release."),
            Tag(
                name="Admin",
                description="For operators and authors: queues, workers, all jobs; packs, sentences, reports.",
            ),
        ],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="pk_... or JWT"),
                "apiKey": SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header"),
            }
        ),
        security=[{"bearer": []}, {"apiKey": []}],
        openapi_router=Router(path="/docs/schema", route_handlers=[], opt=PUBLIC, include_in_schema=False),
        render_plugins=[JsonRenderPlugin()],
    )


def document_of(app: Litestar) -> bytes:
    """The OpenAPI document, as JSON. Litestar names a page of rows after all their modules: their name is enough."""
    return PAGE_NAME.sub(rb"\1Page", encode_json(app.openapi_schema.to_schema()))
