"""Operators set what apps are told."""

from typing import Annotated

import structlog
from litestar import Controller, delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from services.api.auth import ADMIN
from services.api.bodies import require_json
from services.api.config.schemas import ConfigOrder, ConfigValue
from services.api.config.values import all_values, delete_value, one_value, set_value
from services.api.openapi_responses import BODY, FORBIDDEN, INVALID, NOT_FOUND, OWNED, TOO_MANY_VALUES
from services.api.transactions import in_transaction
from services.api.visits import Visit

Key = Annotated[
    str, PathParameter(pattern=r"^[a-z][a-z0-9_.]{0,63}$(?!\n)", description="A name like `review.daily_goal`.")
]
log = structlog.get_logger(__name__)


class AdminConfigController(Controller):
    """All values, public or not."""

    path = "/api/admin/config"
    tags = ("Admin",)
    opt = ADMIN

    @get(
        operation_id="listConfig",
        summary="See all values for apps",
        description="Also those that are not public, which no app reads.",
        response_description="All values, by name.",
        responses=OWNED | FORBIDDEN,
    )
    async def list_all(self, visit: NamedDependency[Visit]) -> list[ConfigValue]:
        """Every value there is."""
        return await all_values(visit.resources.database)

    @put(
        "/{key:str}",
        guards=[require_json],
        operation_id="setConfig",
        summary="Set a value for apps",
        description="Makes it or takes the place of what it was. Apps see it within a minute. There are at most 200.",
        response_description="The value.",
        responses=OWNED | FORBIDDEN | INVALID | BODY | TOO_MANY_VALUES,
    )
    async def put(self, key: Key, data: JSONBody[ConfigOrder], visit: NamedDependency[Visit]) -> ConfigValue:
        """Set it."""
        await in_transaction(visit.resources, lambda connection: set_value(connection, key, data))
        log.info("config value set", key=key, public=data.public, by=str(visit.owner_id))
        return await one_value(visit.resources.database, key)

    @delete(
        "/{key:str}",
        operation_id="deleteConfig",
        summary="Delete a value for apps",
        description="Apps go on with what they do without it.",
        response_description="It is gone.",
        responses=OWNED | FORBIDDEN | INVALID | NOT_FOUND,
    )
    async def erase(self, key: Key, visit: NamedDependency[Visit]) -> None:
        """Delete it."""
        await in_transaction(visit.resources, lambda connection: delete_value(connection, key))
        log.info("config value deleted", key=key, by=str(visit.owner_id))
