"""The errors and headers that routes document; all errors are problem+json."""

from litestar.datastructures import ResponseHeader
from litestar.openapi.datastructures import ResponseSpec

from services.api.errors import PROBLEM_JSON
from services.api.problems import Problem

Responses = dict[int, ResponseSpec]


def _problem(description: str) -> ResponseSpec:
    return ResponseSpec(
        data_container=Problem, generate_examples=False, description=description, media_type=PROBLEM_JSON
    )


OWNED: Responses = {
    401: _problem("`unauthenticated`: no API key, or one that is unknown or revoked."),
    500: _problem("`internal`: a mistake of ours; quote the `request_id`."),
    503: _problem("`unavailable`: try again after `Retry-After` seconds."),
}
INVALID: Responses = {400: _problem("`input_invalid` or `unsupported_language`: `errors` names the fields.")}
BODY: Responses = {
    413: _problem("`body_too_large`."),
    415: _problem("`unsupported_media_type`: the body must be `application/json`."),
}
NOT_FOUND: Responses = {404: _problem("`not_found`: there is none, or it is somebody else's.")}
CONFLICT: Responses = {
    409: _problem("`job_already_finished` or `job_not_retryable`: `job_status` says where the job is."),
}
NOT_MODIFIED: Responses = {
    304: ResponseSpec(data_container=None, generate_examples=False, description="Still what `If-None-Match` names.")
}


def _header(name: str, description: str, *, required: bool = True) -> ResponseHeader:
    return ResponseHeader(name=name, description=description, documentation_only=True, required=required)


JOB_HEADERS = (
    _header("ETag", "The job's state; send it back as `If-None-Match`."),
    _header("Retry-After", "Seconds after which to poll again; absent once the job is done.", required=False),
)
NEW_JOB_HEADERS = (*JOB_HEADERS, _header("Location", "Where to poll the job."))
