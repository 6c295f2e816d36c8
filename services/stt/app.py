"""The listening worker's composition root: the only reader of the environment in this process."""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing

from services.stt.deepgram import DeepgramListener
from services.stt.settings import Settings
from services.stt.tasks import bodies
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
    with closing(DeepgramListener(settings.deepgram)) as listener:
        service = Service(name="stt", bodies=bodies(listener, blobs), blobs=blobs, sandbox=settings.deepgram.sandbox)
        return run_worker(service, settings.worker, arguments)


if __name__ == "__main__":
    sys.exit(run_plainly(main, os.environ, sys.argv[1:]))
