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
    403: _problem("`forbidden`: the key's scopes do not allow it."),
    429: _problem("`rate_limited`: try again after `Retry-After` seconds."),
    500: _problem("`internal`: a mistake of ours; quote the `request_id`."),
    503: _problem("`unavailable`: try again after `Retry-After` seconds."),
}
INVALID: Responses = {400: _problem("`input_invalid` or `unsupported_language`: `errors` names the fields.")}
BODY: Responses = {
    413: _problem("`body_too_large`."),
    415: _problem("`unsupported_media_type`: the body must be `application/json`."),
}
TOO_LARGE: Responses = {413: _problem("`body_too_large`.")}
JOBS_OPEN: Responses = {409: _problem("`jobs_open`: jobs of the account are still open. Cancel them first.")}
FORBIDDEN: Responses = {403: _problem("`forbidden`: the caller's role or scopes do not allow it.")}
NOT_DRAINABLE: Responses = {
    409: _problem("`worker_draining`, `worker_gone` or `worker_not_drainable`: it cannot be asked now."),
}
KEY_REUSED: Responses = {422: _problem("`idempotency_key_reused`: the key was used for another body.")}
PLAN_LIMIT: Responses = {403: _problem("`plan_limit`: more items than the plan allows; or `forbidden`.")}
NOT_FOUND: Responses = {404: _problem("`not_found`: there is none, or it is somebody else's.")}
CONFLICT: Responses = {
    409: _problem("`job_already_finished` or `job_not_retryable`: `job_status` says where the job is."),
}
JOB_OPEN: Responses = {409: _problem("`job_open`: a job still works on it; `job_id` says which. Cancel it first.")}
PAIR_EXISTS: Responses = {409: _problem("`pair_exists`: the caller learns this from that already.")}
NO_PAIR_OF_LANGUAGE: Responses = {
    409: _problem("`no_pair_of_language`: the caller has no language pair of the article's language."),
}
ENTRY_RULES: Responses = {
    409: _problem("`sense_pending`, `sense_chosen`, `word_in_bank` or `word_shared`: `detail` says why it cannot be."),
}
NO_PAIR: Responses = {409: _problem("`no_active_pair`: the caller has no active language pair.")}
PACK_CONFLICT: Responses = {409: _problem("`pack_empty` or `pack_full`: a published pack has from 1 to 500 words.")}
SENTENCE_EXISTS: Responses = {409: _problem("`sentence_exists`: there is one with this source and id.")}
SETTLED: Responses = {409: _problem("`not_in_review`: somebody has decided about it.")}
TOO_FEW_WORDS: Responses = {409: _problem("`too_few_words`: the word bank has not enough that fit.")}
QUIZ_ANSWERED: Responses = {409: _problem("`quiz_already_answered`: a quiz is scored once.")}
WORD_READ_ONLY: Responses = {403: _problem("`word_read_only`: it is everybody's; or `forbidden`.")}
OWN_WORD: Responses = {409: _problem("`word_exists`: this meaning is there already; `word_in_use`: it is in the bank.")}
LIST_CONFLICT: Responses = {409: _problem("`list_name_taken`: another of the language has it; or `too_many_lists`.")}
LIST_FULL: Responses = {409: _problem("`list_full`: it would have too many words.")}
REVIEW_CONFLICT: Responses = {409: _problem("`review_conflict`: the id belongs to another answer.")}
REVIEW_NOT_UNDOABLE: Responses = {409: _problem("`review_not_undoable`: it is not the last of its card.")}
TOO_MANY_FREEZE_DAYS: Responses = {409: _problem("`too_many_freeze_days`: so many days are frozen already.")}
SESSION_ENDED: Responses = {409: _problem("`session_ended`, or `review_conflict`: the id belongs to another answer.")}
TOO_FEW_REVIEWS: Responses = {
    409: _problem("`too_few_reviews`: 512 are needed that came a day or more after the card's last.")
}
STRANGER: Responses = {status: OWNED[status] for status in (429, 500, 503)}
"""Of routes that need no key."""
WRONG_CREDENTIALS: Responses = {401: _problem("`wrong_credentials`: no account has this e-mail and password.")}
REFRESH_REFUSED: Responses = {401: _problem("`refresh_token_invalid`: unknown, expired, or used before.")}
EMAIL_TAKEN: Responses = {409: _problem("`email_taken`.")}
TOO_MANY_VALUES: Responses = {409: _problem("`too_many_values`.")}
STORAGE_FULL: Responses = {409: _problem("`storage_full`: no room is left for files of this account.")}
TOO_MANY_KEYS: Responses = {409: _problem("`too_many_keys`.")}
TOO_MANY_TRIES: Responses = {429: _problem("`too_many_logins`, `too_many_registrations`: wait `Retry-After` seconds.")}
SIGN_IN_NEEDED: Responses = {
    403: _problem("`sign_in_needed`: only with an access token; `forbidden`: not with this role or scope.")
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
ORDER_HEADERS = (
    *NEW_JOB_HEADERS,
    _header("Idempotency-Replayed", "`true` if an earlier request with the same key created it.", required=False),
)
