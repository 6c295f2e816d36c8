"""The head of the OpenAPI document: what this is, and who may call."""

from litestar import Router
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag

from services.api.auth import PUBLIC

DESCRIPTION = """The backend that language-learning apps are built on.

Everything slow is a **job**: you get one at once (202) and poll it until `done`. Errors are
`application/problem+json` with a stable `code`; new members, statuses and codes may appear at any time.

Every request carries an API key, as `Authorization: Bearer pk_...` or as `X-API-Key`.
"""


def openapi_config(version: str) -> OpenAPIConfig:
    """How the document is made. Litestar insists on serving it somewhere; readers find it at `/openapi.json`."""
    return OpenAPIConfig(
        title="Parlance",
        version=version,
        description=DESCRIPTION,
        license=License(name="MIT", identifier="MIT"),
        tags=[
            Tag(name="Articles", description="Texts written for a level, tagged, translated and read aloud."),
            Tag(name="Jobs", description="How far work is, and stopping or repeating it."),
            Tag(name="Languages", description="What can be asked for."),
        ],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="pk_..."),
                "apiKey": SecurityScheme(type="apiKey", name="X-API-Key", security_scheme_in="header"),
            }
        ),
        security=[{"bearer": []}, {"apiKey": []}],
        openapi_router=Router(path="/docs/schema", route_handlers=[], opt=PUBLIC, include_in_schema=False),
        render_plugins=[JsonRenderPlugin()],
    )
