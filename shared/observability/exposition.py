"""Numbers over HTTP, for processes that serve nothing else."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, start_http_server

from shared.settings import MetricsSettings, SettingsError


def serve_metrics(registry: CollectorRegistry, settings: MetricsSettings) -> Callable[[], None]:
    """Show `registry` at `/metrics` from a thread of its own, if there is a port; returns what ends it.

    Without it the thread ends with the process.

    Raises:
        SettingsError: Nobody can listen there.
    """
    if not settings.port:
        return lambda: None
    try:
        server, thread = start_http_server(settings.port, addr=settings.host, registry=registry)
    except OSError as error:
        message = f"METRICS_PORT: nobody can listen at {settings.host}:{settings.port}: {error.strerror or error}."
        raise SettingsError(message) from error

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
