"""Counts and times of HTTP requests, by route template: a path with ids in it is never a label."""

from prometheus_client import CollectorRegistry, Counter, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMetrics:
    """The metrics of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "parlance_http_requests", "Answers sent.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "parlance_http_request_seconds",
            "Time to answer, without the time a client asked to wait.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        method = method if method in METHODS else "OTHER"
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(max(seconds, 0.0))
