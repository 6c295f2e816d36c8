"""Makes the bucket in the object store that the environment names: `python -m deploy.local.bucket`."""

import os

from shared.blobs.s3 import S3Blobs
from shared.settings import BlobSettings

if __name__ == "__main__":
    S3Blobs(BlobSettings.from_env(os.environ)).ensure_bucket()
