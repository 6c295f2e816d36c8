"""The API's answers as the command line and the demo read them: what they show; new fields change nothing here."""

import msgspec

from shared.articles.model import Band, Coverage, LevelProfile, Provenance, UsefulWord


class FieldError(msgspec.Struct, frozen=True, kw_only=True):
    """What is wrong with one field of a request."""

    field: str
    message: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The API's problem+json."""

    title: str = ""
    detail: str = ""
    code: str = ""
    request_id: str = ""
    errors: tuple[FieldError, ...] = ()


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """Why a job or a step did not succeed."""

    code: str
    message: str | None = None


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a job: `done` of `total` units while it runs."""

    name: str
    service: str
    status: str
    attempt: int = 0
    failures: int = 0
    crashes: int = 0
    done: int | None = None
    total: int | None = None
    message: str | None = None
    seconds: float | None = None
    """From start to end, once it has ended."""
    error: Failure | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is: a whole percentage and its steps in order."""

    percent: float = 0.0
    steps: tuple[Step, ...] = ()


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A resource a job has made."""

    id: str
    url: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a job has made so far."""

    article: Link | None = None


class Cost(msgspec.Struct, frozen=True, kw_only=True):
    """What a job's provider calls cost, in millionths of a US dollar; null where the price of one is unknown."""

    micro_usd: int | None = None
    """Of all calls, also what the sandbox's would have cost."""
    charged_micro_usd: int | None = 0
    """Of real calls only."""
    calls: int = 0
    sandbox: bool = False


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A job as `GET /api/jobs/{id}` tells it."""

    id: str
    status: str
    done: bool
    progress: Progress = Progress()
    error: Failure | None = None
    result: Result | None = None
    cost: Cost = Cost()

    @property
    def article_id(self) -> str | None:
        """The article, as soon as its text is written."""
        return self.result.article.id if self.result and self.result.article else None


class ShortJob(msgspec.Struct, frozen=True, kw_only=True):
    """A job as a list tells it."""

    id: str
    kind: str
    status: str
    created_at: str
    percent: float = 0.0
    error: Failure | None = None
    batch_id: str | None = None
    batch_item: int | None = None
    article_id: str | None = None


class BatchItem(msgspec.Struct, frozen=True, kw_only=True):
    """One article of a batch: its place, from 0, and the newest job for it."""

    item: int
    job: ShortJob


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many items of a batch are in which status, by the newest job of each."""

    total: int
    queued: int = 0
    running: int = 0
    cancelling: int = 0
    succeeded: int = 0
    partial: int = 0
    failed: int = 0
    cancelled: int = 0
    expired: int = 0

    @property
    def ended(self) -> int:
        """Items whose job will not change any more."""
        return self.succeeded + self.partial + self.lost

    @property
    def lost(self) -> int:
        """Items that ended without an article."""
        return self.failed + self.cancelled + self.expired


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch as the API tells it."""

    id: str
    created_at: str
    done: bool
    counts: Counts
    name: str | None = None
    cost: Cost = Cost()


class AnnotationPart(msgspec.Struct, frozen=True, kw_only=True):
    """What is known about an article's words."""

    engine: str
    profile: LevelProfile
    useful_words: list[UsefulWord]
    provenance: Provenance


class TranslationPart(msgspec.Struct, frozen=True, kw_only=True):
    """Into which language the sentences were translated, and by whom."""

    language: str
    provenance: Provenance


class NarrationPart(msgspec.Struct, frozen=True, kw_only=True):
    """Where the audio is."""

    url: str
    content_type: str
    duration_ms: int
    voice: str
    provenance: Provenance


class AlignmentPart(msgspec.Struct, frozen=True, kw_only=True):
    """How well the spoken words were found; `coverage` is a share of 1."""

    coverage: float
    warnings: list[str]
    provenance: Provenance


class TimedToken(msgspec.Struct, frozen=True, kw_only=True):
    """A word or mark; `start` and `end` are code points of the article's text, times are ms from the audio's start."""

    start: int
    end: int
    text: str
    lemma: str
    pos: str
    pos_source: str | None = None
    zipf: float | None = None
    band: Band | None = None
    reading: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None


class TimedSentence(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence with everything that arrived for it."""

    index: int
    paragraph: int
    start: int
    end: int
    text: str
    translation: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    tokens: list[TimedToken] = []


class ReadArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article as `GET /api/articles/{id}` tells it; parts that are not there yet, or failed, are null."""

    id: str
    language: str
    native_language: str | None
    level: str
    title: str
    text: str
    provenance: Provenance
    annotation: AnnotationPart | None = None
    translation: TranslationPart | None = None
    narration: NarrationPart | None = None
    alignment: AlignmentPart | None = None
    coverage: Coverage | None = None
    sentences: list[TimedSentence] = []
