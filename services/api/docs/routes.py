"""`/docs` and `/openapi.json`: Swagger UI from an installed package, so that it works without internet.

In production they are not there, unless a setting opens them.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.datastructures import CacheControlHeader
from litestar.enums import OpenAPIMediaType
from litestar.static_files import create_static_files_router
from litestar.types import ControllerRouterHandler

from services.api.auth import PUBLIC
from services.api.docs.description import document_of

PACKAGE = "litestar_offline_docs"
"""Carries Swagger UI 5, which renders OpenAPI 3.1. Its code is not imported: only its files are served."""
POLICY = (
    "default-src 'none'; connect-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parlance API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<div id="docs"></div>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = 'SwaggerUIBundle({url: "openapi.json", dom_id: "#docs", deepLinking: true, tryItOutEnabled: true});\n'


@get("/docs", opt=PUBLIC, include_in_schema=False)
async def show_docs() -> Response[str]:
    """The page; everything it loads comes from here."""
    return Response(PAGE, media_type=MediaType.HTML, headers={"Content-Security-Policy": POLICY})


@get("/docs/start.js", opt=PUBLIC, include_in_schema=False)
async def start_docs() -> Response[str]:
    """A file of its own, so that the page's policy need not allow scripts in the page."""
    return Response(START, media_type="text/javascript")


@get("/openapi.json", opt=PUBLIC, include_in_schema=False)
async def show_openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The document that describes this API."""
    return Response(document_of(request.app), media_type=OpenAPIMediaType.OPENAPI_JSON)


def docs_handlers() -> tuple[ControllerRouterHandler, ...]:
    """All of the documentation."""
    return show_docs, start_docs, show_openapi, assets_router()


def assets_router() -> Router:
    """Serves the package's files; the page asks for two of them."""
    return create_static_files_router(
        path="/docs/assets",
        directories=[_package_folder() / "static"],
        name="docs-assets",
        opt=PUBLIC,
        cache_control=CacheControlHeader(public=True, max_age=86_400),
    )


def _package_folder() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        message = f"the package {PACKAGE} is not installed: the API cannot show its documentation"
        raise ModuleNotFoundError(message)
    return Path(spec.origin).parent
