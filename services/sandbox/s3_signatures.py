"""Checks signatures of S3 requests by signing them again with botocore's own signers.

Signature Version 4 as in "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, unquote

import msgspec
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_SKEW = timedelta(minutes=15)
_LONGEST_EXPIRY = 7 * 24 * 3600  # seconds, S3's own limit
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<credential>[^,]+), ?"
    r"SignedHeaders=(?P<headers>[^,]+), ?Signature=(?P<signature>\w+)"
)


class SignatureError(Exception):
    """The request is not let in; `code` is S3's."""

    def __init__(self, code: str, detail: str, status: int = 403) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.status = status


class SignedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it came over the wire: `path` and `query` still percent-encoded, header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, str]:
        """The decoded query."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def presigned(self) -> bool:
        """Whether the signature stands in the address."""
        return "X-Amz-Signature" in self.parameters


class _Claim(msgspec.Struct, frozen=True):
    """What a request says about its own signature."""

    credential: str
    headers: list[str]
    timestamp: str
    signature: str


def check_signature(request: SignedRequest, credentials: Credentials, now: datetime) -> None:
    """Let the request in or not.

    Raises:
        SignatureError: It is not signed, signed with another key, altered, or too old.
    """
    if request.presigned:
        claim = _claim_of_query(request.parameters)
        _check_expiry(claim, request.parameters, now)
        _check(request, claim, credentials, S3SigV4QueryAuth)
    else:
        claim = _claim_of_header(request.headers)
        if abs(now - _moment(claim.timestamp)) > _SKEW:
            code = "RequestTimeTooSkewed"
            raise SignatureError(code, "The request was signed too long ago, or the clocks differ.")
        _check_payload(request, claim)
        _check(request, claim, credentials, S3SigV4Auth)


def _claim_of_query(parameters: Mapping[str, str]) -> _Claim:
    try:
        return _Claim(
            parameters["X-Amz-Credential"],
            parameters["X-Amz-SignedHeaders"].split(";"),
            parameters["X-Amz-Date"],
            parameters["X-Amz-Signature"],
        )
    except KeyError as error:
        code = "AuthorizationQueryParametersError"
        raise SignatureError(code, f"{error.args[0]} is missing.", 400) from error


def _claim_of_header(headers: Mapping[str, str]) -> _Claim:
    match = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if match is None or "x-amz-date" not in headers:
        code = "AccessDenied"
        raise SignatureError(code, "The request is not signed with AWS Signature Version 4.")
    return _Claim(match["credential"], match["headers"].split(";"), headers["x-amz-date"], match["signature"])


def _moment(timestamp: str) -> datetime:
    try:
        return datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        code = "AccessDenied"
        raise SignatureError(code, "X-Amz-Date is no date.") from error


def _check_expiry(claim: _Claim, parameters: Mapping[str, str], now: datetime) -> None:
    seconds = parameters.get("X-Amz-Expires", "")
    if not seconds.isascii() or not seconds.isdigit() or not 0 < int(seconds) <= _LONGEST_EXPIRY:
        code = "AuthorizationQueryParametersError"
        raise SignatureError(code, "X-Amz-Expires must be from 1 second to 7 days.", 400)
    signed_at = _moment(claim.timestamp)
    if not signed_at - _SKEW <= now < signed_at + timedelta(seconds=int(seconds)):
        code = "AccessDenied"
        raise SignatureError(code, "Request has expired")


def _check_payload(request: SignedRequest, claim: _Claim) -> None:
    if "x-amz-content-sha256" not in claim.headers:
        code = "AccessDenied"
        raise SignatureError(code, "The header x-amz-content-sha256 must be signed.")
    claimed = request.headers.get("x-amz-content-sha256", "")
    if claimed.startswith("STREAMING-"):
        code = "NotImplemented"
        raise SignatureError(code, "The sandbox does not read bodies in signed chunks.", 501)
    if claimed not in {"UNSIGNED-PAYLOAD", hashlib.sha256(request.body).hexdigest()}:
        code = "XAmzContentSHA256Mismatch"
        raise SignatureError(code, "The body is not the one that was signed.", 400)


def _check(request: SignedRequest, claim: _Claim, credentials: Credentials, signer: type[SigV4Auth]) -> None:
    access_key, _, region, service, _ = [*claim.credential.split("/"), "", "", "", ""][:5]
    if access_key != credentials.access_key:
        code = "InvalidAccessKeyId"
        raise SignatureError(code, "The access key is not the sandbox's.")
    if "host" not in claim.headers:
        code = "AccessDenied"
        raise SignatureError(code, "The host header must be signed.")
    expected = _sign(request, claim, signer(credentials, service, region))
    if not hmac.compare_digest(expected, claim.signature):
        code = "SignatureDoesNotMatch"
        raise SignatureError(code, "The signature is not the one that the sandbox calculates.")


def _sign(request: SignedRequest, claim: _Claim, signer: SigV4Auth) -> str:
    """The signature of what really came."""
    query = "&".join(part for part in request.query.split("&") if not unquote(part).startswith("X-Amz-Signature="))
    url = f"http://{request.headers.get('host', '')}{request.path}" + (f"?{query}" if query else "")
    headers = {name: request.headers[name] for name in claim.headers if name in request.headers}
    again = AWSRequest(method=request.method, url=url, headers=headers, data=request.body)
    again.context["timestamp"] = claim.timestamp
    return str(signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again))
