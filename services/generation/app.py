"""The generation worker's composition root: the only reader of the environment in this process."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing

from services.generation.claude import ClaudeWriter
from services.generation.fetch import WebPages
from services.generation.identification import Languages
from services.generation.prompting import ANALYSE_WORD, WRITE_ARTICLE, Prompts, load_prompt
from services.generation.settings import Settings
from services.generation.tasks import Desk, bodies
from shared.blobs.s3 import S3Blobs
from shared.languages import LANGUAGES
from shared.queue.worker import Service, run_worker
from shared.settings import run_plainly


def main(env: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run the worker until it is told to end.

    Raises:
        SettingsError: A setting is missing or wrong.
    """
    settings = Settings.from_env(env)
    blobs = S3Blobs(settings.worker.core.blobs)
    prompts = Prompts(article=load_prompt(WRITE_ARTICLE), word=load_prompt(ANALYSE_WORD))
    with closing(ClaudeWriter(settings.anthropic)) as writer:
        desk = Desk(writer=writer, pages=WebPages(), identify=Languages(LANGUAGES).identify, prompts=prompts)
        # Who asks for a second article on the same topic wants another one; a retry within a job wants the paid one.
        service = Service(
            name="generation",
            bodies=bodies(desk),
            blobs=blobs,
            sandbox=settings.anthropic.sandbox,
            memo="job",
        )
        return run_worker(service, settings.worker, arguments)


if __name__ == "__main__":
    sys.exit(run_plainly(main, os.environ, sys.argv[1:]))
