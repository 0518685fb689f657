"""Attempts whose process was killed: what they may have cost stays, as an estimate, and they are open no longer.

Nobody will ever learn what such an attempt used, so it keeps the worst case that was reserved for it. It is closed when
its process is gone and its time is over. Where it cannot be told whether the process is gone (another host or container
that shares the folder, another start of the machine, an older format), it is closed an hour after its time.
"""

import sqlite3
from datetime import datetime, timedelta

from ..core.amounts import moment

_PATIENCE = timedelta(hours=1)
# A start that is yet to come is of a clock that was set back since. What has no end is of an older format.
_CLOSE = """
UPDATE attempts SET status = 'failed', estimated = 1, abandoned = 1
WHERE status = 'pending' AND CASE is_gone(process)
    WHEN 1 THEN ends <= :now OR started > :now
    WHEN 0 THEN 0
    ELSE coalesce(ends, started) <= :past
END
"""


def close_abandoned(connection: sqlite3.Connection, now: datetime) -> None:
    """Close the attempts of processes that are gone; `connection` is the ledger's, within a transaction."""
    connection.execute(_CLOSE, {"now": moment(now), "past": moment(now - _PATIENCE)})


def has_open(connection: sqlite3.Connection) -> bool:
    """Tell whether any attempt is under way, or was when its process was killed."""
    return bool(connection.execute("SELECT EXISTS (SELECT 1 FROM attempts WHERE status = 'pending')").fetchone()[0])
