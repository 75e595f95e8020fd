"""Counts requests by route, work, and uses of a language model; never by id, address or text."""

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A method is any word; each label is kept for ever.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("method", "route", "status")
        self.requests = Counter(
            "chuangdai_requests", "Requests answered", labels, registry=self.registry
        )
        self.seconds = Histogram(
            "chuangdai_request_seconds", "Time to answer", ("route",), registry=self.registry
        )
        self.llm = Counter(
            "chuangdai_llm", "Rewritten answers by outcome", ("outcome",), registry=self.registry
        )
        self.second_readings = Counter(
            "chuangdai_second_readings",
            "Messages read again by a model",
            ("outcome",),
            registry=self.registry,
        )
        self.waiting_work = Gauge(
            "chuangdai_work_waiting", "Work that waits", ("lane",), registry=self.registry
        )
        self.work_wait = Histogram(
            "chuangdai_work_wait_seconds",
            "How long work waited before it began",
            ("lane",),
            registry=self.registry,
        )
        self.refused_work = Counter(
            "chuangdai_work_refused",
            "Work not done: too much waited, too late, or who asked had gone",
            ("reason",),
            registry=self.registry,
        )
        self.logins = Counter(
            "chuangdai_staff_logins",
            "Tries of staff to log in",
            ("outcome",),
            registry=self.registry,
        )
        self.questions = Counter(
            "chuangdai_questions", "Recorded questions", ("outcome",), registry=self.registry
        )

    def count_questions(self, outcome: str, rows: int) -> None:
        """Count recorded questions: ``written``, ``set_aside`` or ``dropped``."""
        self.questions.labels(outcome).inc(rows)

    def count_login(self, outcome: str) -> None:
        """Count a try of staff to log in: ``in``, ``refused``, ``slowed`` or ``busy``."""
        self.logins.labels(outcome).inc()

    def count_llm(self, outcome: str) -> None:
        """Count how an attempt to have an answer rewritten ended."""
        self.llm.labels(outcome).inc()

    def count_second_reading(self, outcome: str) -> None:
        """Count how an attempt to have a message read again ended."""
        self.second_readings.labels(outcome).inc()

    def show_waiting_work(self, lane: str, count: int) -> None:
        """Tell how much waits in a lane of the work pool."""
        self.waiting_work.labels(lane).set(count)

    def observe_work_wait(self, lane: str, seconds: float) -> None:
        """Note how long work had waited when it began."""
        self.work_wait.labels(lane).observe(seconds)

    def count_refused_work(self, reason: str) -> None:
        """Count work that was not done: ``full``, ``late`` or ``gone``."""
        self.refused_work.labels(reason).inc()

    def render(self) -> bytes:
        """All figures in the Prometheus text format."""
        return generate_latest(self.registry)


class MetricsMiddleware:
    """Observes every HTTP request under the template of its route."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if scope["method"] in METHODS else "other"
            self._metrics.requests.labels(method, route, str(status)).inc()
            self._metrics.seconds.labels(route).observe(time.perf_counter() - started)
