"""What every table shares. The tables serve migrations and checks; hot paths are plain SQL."""

from typing import Any, ClassVar

from sqlalchemy import MetaData
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP, UUID
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Types:
    """Column types by meaning."""

    id: ClassVar[TypeEngine[Any]] = UUID(as_uuid=True)
    moment: ClassVar[TypeEngine[Any]] = TIMESTAMP(timezone=True)
    document: ClassVar[TypeEngine[Any]] = JSONB()
