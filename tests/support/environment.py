"""The environment of tests: nothing in it can lead to a user's own servers, accounts or money."""

from collections.abc import MutableMapping

PREFIXES = (
    "ANTHROPIC_",
    "API_",
    "AWS_",
    "BOTO",
    "CELERY_",
    "DATABASE_",
    "DEEPGRAM_",
    "DEEPL_",
    "FLOWER_",
    "GEMINI_",
    "GOOGLE_",
    "METRICS_",
    "PG",
    "REDIS_",
    "S3_",
    "SANDBOX_",
    "TOKEN_",
)
NAMES = frozenset({"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "LOG_LEVEL", "WORKER_SLOTS"})


def clear_environment(environment: MutableMapping[str, str]) -> None:
    """Remove every variable that our processes, the SDKs or the database drivers listen to."""
    for name in list(environment):
        if name.upper() in NAMES or name.upper().startswith(PREFIXES):
            del environment[name]
    # The SDK of the object store also looks into files of the home folder and asks the cloud it may run in.
    environment["AWS_CONFIG_FILE"] = environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null"
    environment["AWS_EC2_METADATA_DISABLED"] = "true"
