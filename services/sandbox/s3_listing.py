"""S3's ListObjectsV2: one page of keys as XML."""

import base64
from collections.abc import Callable, Mapping
from urllib.parse import quote
from xml.sax.saxutils import escape

from services.sandbox.s3_objects import FoundObject, ObjectFolder

_PAGE = 1000


def list_objects(folder: ObjectFolder, bucket: str, parameters: Mapping[str, str]) -> bytes:
    """A page of a bucket's objects, from the request's decoded query."""
    prefix = parameters.get("prefix", "")
    token = parameters.get("continuation-token", "")
    after = base64.urlsafe_b64decode(token).decode() if token else parameters.get("start-after", "")
    limit = min(int(parameters.get("max-keys", _PAGE)), _PAGE)
    found = folder.list(bucket, prefix, after)
    page = found[:limit]
    quoting = parameters.get("encoding-type") == "url"
    named: Callable[[str], str] = (lambda key: quote(key, safe="/")) if quoting else escape
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
        f"<Name>{escape(bucket)}</Name><Prefix>{named(prefix)}</Prefix><KeyCount>{len(page)}</KeyCount>",
        f"<MaxKeys>{limit}</MaxKeys>",
        "<EncodingType>url</EncodingType>" if quoting else "",
        *(_contents(thing, named) for thing in page),
    ]
    if page and len(found) > len(page):
        following = base64.urlsafe_b64encode(page[-1].key.encode()).decode()
        parts.append(f"<IsTruncated>true</IsTruncated><NextContinuationToken>{following}</NextContinuationToken>")
    else:
        parts.append("<IsTruncated>false</IsTruncated>")
    return "".join([*parts, "</ListBucketResult>"]).encode()


def _contents(thing: FoundObject, named: Callable[[str], str]) -> str:
    modified = thing.modified_at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return (
        f"<Contents><Key>{named(thing.key)}</Key><LastModified>{modified}</LastModified>"
        f"<Size>{thing.size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
    )
