"""All tables: importing this package fills `shared.db.base.metadata`."""

from shared.db.tables import accounts, articles, config, jobs, learning, ledger, lexicon

__all__ = ["accounts", "articles", "config", "jobs", "learning", "ledger", "lexicon"]
