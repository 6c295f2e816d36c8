"""Quizzes from the learner's word bank: made, listed, read, and answered once."""

from http import HTTPStatus
from uuid import UUID

from anyio import to_thread
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from services.api.bodies import require_json
from services.api.openapi_responses import BODY, INVALID, NOT_FOUND, OWNED, QUIZ_ANSWERED, TOO_FEW_WORDS
from services.api.paging import Page, PageSize, PageToken, cursor
from services.api.pairs import pair_of
from services.api.problems import ApiError, FieldError, input_invalid
from services.api.quizzes import queries
from services.api.quizzes.model import Question
from services.api.quizzes.questions import Plan, questions
from services.api.quizzes.schemas import LEAST_SIZE, QuizAnswers, QuizOrder, QuizSummary, QuizView
from services.api.quizzes.scoring import score
from services.api.quizzes.views import questions_of, quiz_summary, quiz_view
from services.api.visits import Visit
from shared.jobs.ids import uuid7


class QuizController(Controller):
    """Quizzes of the caller."""

    path = "/api/vocabulary/quizzes"
    tags = ("Quizzes",)

    @post(
        guards=[require_json],
        operation_id="createQuiz",
        summary="Make a quiz",
        description="From words of the word bank that are new, being learnt or known. A gap is in an example of the "
        "word; the wrong choices are of the same language and part of speech; to match, all questions share their "
        "choices.",
        response_description="The quiz, without solutions.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | TOO_FEW_WORDS,
    )
    async def create(self, data: JSONBody[QuizOrder], visit: NamedDependency[Visit]) -> QuizView:
        """Make a quiz. What it asks follows from its id and the words."""
        quiz_id, database = uuid7(), visit.resources.database
        made = await _made(visit, data, quiz_id)
        if len(made) < LEAST_SIZE:
            detail = f"The word bank has {len(made)} words that fit; a quiz needs {LEAST_SIZE}."
            raise ApiError(HTTPStatus.CONFLICT, "too_few_words", detail)
        quiz = queries.NewQuiz(id=quiz_id, kind=data.kind, questions=made, created_at=visit.resources.now())
        await queries.save(database, visit.owner_id, data.pair_id, quiz)
        return quiz_view(await queries.quiz_row(database, quiz_id, visit.owner_id))

    @get(
        operation_id="listQuizzes",
        summary="List quizzes",
        description="The caller's quizzes, newest first.",
        response_description="A page of quizzes.",
        responses=OWNED | INVALID,
    )
    async def list_all(
        self, visit: NamedDependency[Visit], page_size: PageSize = 0, page_token: PageToken = None
    ) -> Page[QuizSummary]:
        """A page of the caller's quizzes."""
        at = cursor(page_size, page_token, "quizzes", visit.owner_id)
        rows = await queries.quiz_rows(visit.resources.database, visit.owner_id, at)
        ids, created = [row["id"] for row in rows], [row["created_at"] for row in rows]
        return at.page([quiz_summary(row) for row in rows], ids, created)

    @get(
        "/{quiz_id:uuid}",
        operation_id="getQuiz",
        summary="Read a quiz",
        description="Its solutions are there once it is answered.",
        response_description="The quiz.",
        responses=OWNED | INVALID | NOT_FOUND,
    )
    async def read(self, quiz_id: FromPath[UUID], visit: NamedDependency[Visit]) -> QuizView:
        """A quiz."""
        return quiz_view(await queries.quiz_row(visit.resources.database, quiz_id, visit.owner_id))

    @post(
        "/{quiz_id:uuid}/answers",
        status_code=HTTPStatus.OK,
        guards=[require_json],
        operation_id="answerQuiz",
        summary="Answer a quiz",
        description="All of it, once. What is typed into a gap may have one slip from three letters on.",
        response_description="The quiz with its solutions.",
        responses=OWNED | INVALID | BODY | NOT_FOUND | QUIZ_ANSWERED,
    )
    async def answer(
        self, quiz_id: FromPath[UUID], data: JSONBody[QuizAnswers], visit: NamedDependency[Visit]
    ) -> QuizView:
        """Score the answers."""
        database = visit.resources.database
        row = await queries.quiz_row(database, quiz_id, visit.owner_id)
        asked = questions_of(row["questions"])
        if len(data.answers) != len(asked):
            raise input_invalid([FieldError("answers", f"must be {len(asked)}, one a question")])
        given = queries.Answered(answers=data.answers, correct=score(asked, data.answers), at=visit.resources.now())
        if not await queries.save_answers(database, quiz_id, visit.owner_id, given):
            raise ApiError(HTTPStatus.CONFLICT, "quiz_already_answered", "This quiz was answered before.")
        return quiz_view(await queries.quiz_row(database, quiz_id, visit.owner_id))


async def _made(visit: Visit, order: QuizOrder, seed: UUID) -> list[Question]:
    database = visit.resources.database
    pair = await pair_of(database, visit.owner_id, order.pair_id)
    words = await queries.asked_words(database, visit.owner_id, pair.id, order.level)
    others = await queries.other_words(database, pair.language, words) if order.kind == "multiple_choice" else []
    plan = Plan(
        kind=order.kind,
        size=order.size,
        seed=seed,
        language=pair.language,
        native_language=pair.native_language,
    )
    return await to_thread.run_sync(questions, plan, words, others)
