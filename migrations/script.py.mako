"""${message}.

Rules: only alembic and SQLAlchemy are imported; expand first, contract a release later; indexes on tables
with rows are built CONCURRENTLY; `downgrade` undoes all of `upgrade` in reverse.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
