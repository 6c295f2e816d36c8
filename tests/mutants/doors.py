"""Guards in front of the API."""

from tests.mutants.mutant import Mutant

DOORSTEP = ("tests/security/test_doorstep.py", "tests/unit/api/test_doorstep.py")
IDOR = ("tests/security/test_idor.py",)
PEERS = ("tests/unit/api/test_peers.py",)
EXPOSURE = ("tests/unit/api/test_exposure.py",)
BODIES = ("tests/unit/api/test_bodies.py", "tests/unit/api/test_faults.py")
LIMITS = ("tests/unit/api/limits",)
REDIS = ("tests/integration/api/limits",)
PAGES = ("tests/security/test_page_addresses.py",)


def _api(name: str, file: str, old: str, new: str, tests: tuple[str, ...]) -> Mutant:
    return Mutant(f"api: {name}", f"services/api/{file}", old, new, tests)


def _page(name: str, file: str, old: str, new: str) -> Mutant:
    return Mutant(f"page: {name}", f"services/generation/{file}", old, new, PAGES)


OPENINGS = (
    _api("no guard", "app.py", "guards=[require_key, within_limits]", "guards=[]", DOORSTEP),
    _api("any host", "doorstep.py", "if exposure.allowed_hosts and", "if not exposure and", DOORSTEP),
    _api("first of two hosts", "doorstep.py", "len(hosts) != 1 or not", "not", DOORSTEP),
    _api("hosts that begin like ours", "doorstep.py", "_HOST.fullmatch(host)", "_HOST.match(host)", DOORSTEP),
    _api("hosts that end like ours", "doorstep.py", "name.endswith(known[1:])", "name.endswith(known[2:])", DOORSTEP),
    _api("probes need a name", "doorstep.py", ' and scope["path"] not in PROBES', "", DOORSTEP),
    _api("pages of any origin", "doorstep.py", "list(exposure.cors_origins)", '["*"]', DOORSTEP),
    _api("preflight of any origin", "doorstep.py", "origin not in exposure.cors_origins or", "", DOORSTEP),
    _api("open documentation", "app.py", "docs_handlers() if exposure.docs else ()", "docs_handlers()", DOORSTEP),
    _api("open schema", "app.py", "() if exposure.docs else None", "()", DOORSTEP),
    _api("open metrics", "metrics/routes.py", "if exposure.production:", "if False:", DOORSTEP),
    _api(
        "any token for metrics",
        "metrics/routes.py",
        "or not secrets.compare_digest(",
        "or not (lambda *_: True)(",
        DOORSTEP,
    ),
    _api("no HSTS", "response_headers.py", "if exposure.production else ALWAYS", "if False else ALWAYS", DOORSTEP),
    _api("HSTS for everybody", "response_headers.py", "if exposure.production else ALWAYS", "", DOORSTEP),
    _api("headers twice", "response_headers.py", "if header[0] not in names", "", DOORSTEP),
    _api("answers are kept", "response_headers.py", '(b"cache-control", b"no-store"),', "", DOORSTEP),
    _api("patterns of origins", "exposure.py", "if not _ORIGIN.fullmatch(text.lower()):", "if False:", EXPOSURE),
    _api("short token for metrics", "exposure.py", "len(token) < LEAST_TOKEN or", "", EXPOSURE),
    _api("everybody a proxy", "exposure.py", "if network.prefixlen == 0:", "if False:", EXPOSURE),
    _api(
        "development by default", "exposure.py", 'mode: Mode = "production"\n', 'mode: Mode = "development"\n', EXPOSURE
    ),
)
ASKING = (
    _api(
        "believes any peer", "peers.py", "if address is None or not _is_trusted(address, trusted):", "if False:", PEERS
    ),
    _api("left-most hop", "peers.py", "in reversed(hops)", "in hops", PEERS),
    _api(
        "skips garbage",
        "peers.py",
        "if heard is None:\n            break",
        "if heard is None:\n            continue",
        PEERS,
    ),
    _api("one address a client", "peers.py", "isinstance(known, IPv6Address)", "isinstance(known, str)", PEERS),
    _api("no limit", "limits/guard.py", "if not uses[-1].taken.allowed:", "if False:", REDIS),
    _api("orders as cheap as polls", "limits/quotas.py", "if order else requests", "if False else requests", REDIS),
    _api("retries free", "jobs/routes.py", "        opt=ORDER,\n", "", REDIS),
    _api("one limit for all", "limits/guard.py", "return str(caller.owner_id),", 'return "all",', REDIS),
    _api("limits probes", "limits/guard.py", 'if handler.opt.get("unlimited") is True:', "if False:", REDIS),
    _api("waits for Redis", "limits/storage.py", "asyncio.timeout(PATIENCE)", "asyncio.timeout(None)", LIMITS),
    _api("asks a dead Redis", "limits/storage.py", "self._clock() + PAUSE", "self._clock()", LIMITS),
    _api("logs an outage often", "limits/storage.py", "        if not self._away:\n", "        if True:\n", LIMITS),
    _api(
        "allowance for ever", "limits/allowances.py", "held is not None and self._clock() < held.until", "held", LIMITS
    ),
    _api("allowance unpaid", "limits/allowances.py", "who, cost=portion)", "who)", LIMITS),
    _api("last ones kept back", "limits/allowances.py", "if portion > 1 and not taken.allowed:", "if False:", LIMITS),
    _api("lenient bodies", "app.py", "        request_class=StrictRequest,\n", "", BODIES),
    _api("first fault only", "faults.py", "yield from inner or [", "yield from [", BODIES),
)
OWNERS = (
    _api("anybody's article", "articles/queries.py", "AND article.owner_id = $2", "AND $2::uuid IS NOT NULL", IDOR),
    _api("no role", "auth.py", 'caller.role == "admin" and', "", IDOR),
    _api("no admin scope", "auth.py", ' and "admin" in caller.scopes)', ")", IDOR),
    _api("no scope", "auth.py", "if needed not in caller.scopes:", "if False:", IDOR),
    _api(
        "revoked keys",
        "accounts/queries.py",
        "WHERE key.key_hash = $1 AND key.revoked_at IS NULL",
        "WHERE key.key_hash = $1",
        IDOR,
    ),
)
ADDRESSES = (
    _page(
        "translated addresses",
        "addresses.py",
        "address in _GLOBAL_UNICAST\n        and ",
        "",
    ),
    _page("NAT64", "addresses.py", "IPv4Address(int(address) & 0xFFFF_FFFF)", 'IPv4Address("1.1.1.1")'),
    _page("platform of a cloud", "addresses.py", '    IPv4Network("168.63.129.16/32"),', ""),
    _page("any port", "addresses.py", "return port in WEB_PORTS and", "return"),
    _page("one good address is enough", "fetch.py", "not all(self._policy.admits", "not any(self._policy.admits"),
    _page(
        "resolves again",
        "fetch.py",
        "return self._connect(address, port, seconds)",
        "return self._connect(self._resolve(host, port)[0], port, seconds)",
    ),
    _page(
        "names and passwords",
        "page_url.py",
        "if parts.username is not None or parts.password is not None:",
        "if False:",
    ),
    _page(
        "any scheme",
        "page_url.py",
        "if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:",
        "if not parts.hostname:",
    ),
    _page("port 0", "page_url.py", "if port == 0:", "if False:"),
)
DOORS = (*OPENINGS, *ASKING, *OWNERS, *ADDRESSES)
