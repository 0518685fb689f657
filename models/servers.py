"""What was learned of a server at its first calls, remembered so that it is learned once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..core.amounts import moment
from ..core.system.database import Database

_STEPS = (
    """
CREATE TABLE servers (
    endpoint TEXT NOT NULL, model TEXT NOT NULL,
    since TEXT NOT NULL,
    form INTEGER NOT NULL DEFAULT 0,
    limit_name TEXT NOT NULL DEFAULT 'max_completion_tokens',
    reports_usage INTEGER,
    embeds INTEGER,
    counted INTEGER NOT NULL DEFAULT 0, reported INTEGER NOT NULL DEFAULT 0, highest REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (endpoint, model)
);
""",
    "ALTER TABLE servers ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE servers ADD COLUMN overrun INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE servers ADD COLUMN thinking INTEGER NOT NULL DEFAULT 0",
)
_KEPT = timedelta(days=30)  # servers are upgraded: what they refused once is tried again


@dataclass(frozen=True, slots=True)
class Server:
    """How a server differs: `form` counts the stricter ways to ask for JSON that it refused.

    `ignored` is how often it took a schema and answered with no JSON at all.
    `limit_name` is what it calls the limit of output tokens. `reports_usage` and `embeds` are `None` until tried.
    `ratio` is how many tokens it counts where we count one, over all long prompts, and `highest` the most of any; both
    are 0 until there was one; `highest` may be of a short prompt. `overrun` is by how many tokens an answer passed its
    limit, and `thinking` how many it is allowed beyond what an answer may have, since its thoughts took those.
    """

    form: int = 0
    limit_name: str = "max_completion_tokens"
    reports_usage: bool | None = None
    embeds: bool | None = None
    ratio: float = 0.0
    highest: float = 0.0
    ignored: int = 0
    overrun: int = 0
    thinking: int = 0


class Servers:
    """The memory in the file at `path`, shared by threads and processes; entries are forgotten after 30 days.

    `clock` returns the present as an aware datetime. Raises what `Database` does.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        self._file = Database(path, "memory of servers", _STEPS)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def recall(self, endpoint: str, model: str) -> Server | None:
        """Return what is known of a model at an endpoint; `None` if it was never called, or too long ago."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT * FROM servers WHERE endpoint = ? AND model = ? AND since > ?",
                (endpoint, model, moment(self._clock() - _KEPT)),
            ).fetchone()
        if row is None:
            return None
        return Server(
            form=row["form"], limit_name=row["limit_name"], reports_usage=_yes(row["reports_usage"]),
            embeds=_yes(row["embeds"]), ratio=row["reported"] / row["counted"] if row["counted"] else 0.0,
            highest=row["highest"], ignored=row["ignored"], overrun=row["overrun"],
            thinking=row["thinking"],
        )  # fmt: skip

    def note(self, endpoint: str, model: str, **learned: str | int | bool) -> None:
        """Remember some of `form`, `limit_name`, `reports_usage`, `embeds`, `ignored`, `overrun` and `thinking`."""
        self._change(endpoint, model, ", ".join(f"{name} = :{name}" for name in learned), learned)

    def note_tokens(self, endpoint: str, model: str, *, counted: int, reported: int, ratio: float) -> None:
        """Remember how many tokens the server reported for a prompt in which we had counted some.

        What a short prompt says is no more than a `ratio` that was seen: it counts nothing.
        """
        summed = "counted = counted + :counted, reported = reported + :reported, highest = max(highest, :ratio)"
        self._change(endpoint, model, summed, {"counted": counted, "reported": reported, "ratio": ratio})

    def _change(self, endpoint: str, model: str, assignments: str, values: Mapping[str, object]) -> None:
        now = self._clock()
        keys = {"endpoint": endpoint, "model": model, "now": moment(now), "then": moment(now - _KEPT)}
        here = "endpoint = :endpoint AND model = :model"
        with self._file.writing() as connection:
            connection.execute(f"DELETE FROM servers WHERE {here} AND since <= :then", keys)
            connection.execute(
                "INSERT OR IGNORE INTO servers (endpoint, model, since) VALUES (:endpoint, :model, :now)", keys
            )
            connection.execute(f"UPDATE servers SET {assignments} WHERE {here}", {**keys, **values})


def _yes(value: int | None) -> bool | None:
    return None if value is None else bool(value)
