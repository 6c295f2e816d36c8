"""All tables: importing this package fills `shared.db.base.metadata`."""

from shared.db.tables import accounts, articles, jobs, learning, ledger, lexicon

__all__ = ["accounts", "articles", "jobs", "learning", "ledger", "lexicon"]
