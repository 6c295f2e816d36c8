"""Whose turn it is to get something that several jobs want for everybody: so that it is paid for once."""

from uuid import UUID

from shared.db.session import Connection
from shared.jobs.errors import UNDER_WAY, TransientError

# A turn ends with its job, however that ends: nobody has to give it back.
TAKE = (
    "INSERT INTO turns (work, job_id) VALUES ($1, $2) ON CONFLICT (work) DO UPDATE SET job_id = excluded.job_id"
    " WHERE turns.job_id = excluded.job_id"
    " OR NOT EXISTS (SELECT FROM jobs WHERE jobs.id = turns.job_id AND jobs.finished_at IS NULL)"
    " RETURNING job_id"
)
END = "DELETE FROM turns WHERE job_id = $1"
LOOK_AGAIN = 1.0  # seconds until who waits sees whether it is there


def take_turn(connection: Connection, work: str, job_id: UUID) -> bool:
    """Whether this job is the one that does the work. Look afterwards whether another has done it meanwhile.

    Args:
        connection: Not in a transaction, so that others see it at once.
        work: What is to be got, the same for all who want it.
        job_id: Who asks.
    """
    return connection.execute(TAKE, (work, job_id)).fetchone() is not None


def end_turns(connection: Connection, job_id: UUID) -> None:
    """The job has ended, whether it has done what it had a turn for or not. Call it where its end is written."""
    connection.execute(END, (job_id,))


def under_way() -> TransientError:
    """What who has no turn raises, to come back later."""
    return TransientError(UNDER_WAY, "Another job is just doing this.", retry_after=LOOK_AGAIN)
