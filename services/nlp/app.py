"""The language worker's composition root: the only reader of the environment in this process."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing

from services.nlp.analyst import Analyst
from services.nlp.deepl import DeepLTranslator
from services.nlp.settings import Settings
from services.nlp.tasks import bodies
from services.nlp.transfers import transfer_bodies
from shared.blobs.s3 import S3Blobs
from shared.queue.worker import Service, run_worker
from shared.settings import run_plainly


def main(env: Mapping[str, str], arguments: Sequence[str]) -> int:
    """Run the worker until it is told to end.

    Raises:
        SettingsError: A setting is missing or wrong.
    """
    settings = Settings.from_env(env)
    blobs = S3Blobs(settings.worker.core.blobs)
    with closing(Analyst()) as analyst, closing(DeepLTranslator(settings.deepl)) as translator:
        if not arguments:  # a single step may never need it
            analyst.start()
        tasks = {**bodies(analyst, translator), **transfer_bodies(blobs)}
        service = Service(name="nlp", bodies=tasks, blobs=blobs, sandbox=settings.deepl.sandbox)
        return run_worker(service, settings.worker, arguments)


if __name__ == "__main__":
    sys.exit(run_plainly(main, os.environ, sys.argv[1:]))
