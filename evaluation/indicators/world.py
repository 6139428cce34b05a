"""What the indicators of one scope are computed from: the tables of facts.py and the gifts of people.py, read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tortoise.backends.base.client import BaseDBAsyncClient

from crowdfund_kent.geography import DISTRICTS
from evaluation.indicators.kinds import Part
from evaluation.people import Gifts, Givers, gifts, givers
from evaluation.scope import Scope

CODES: Final = [one.code for one in DISTRICTS]
NAMES: Final = {one.code: one.name for one in DISTRICTS}
# one row a project with match that counts: of two campaigns the later
MATCHED: Final = (
    "(SELECT DISTINCT ON (c.project_id) c.* FROM ev_campaign c WHERE EXISTS (SELECT 1 FROM ev_match m"
    " WHERE m.campaign_id = c.id AND m.counts) ORDER BY c.project_id, c.id DESC)"
)


@dataclass(frozen=True, slots=True)
class World:
    """One scope, inside the block of facts(). `matched`: gifts to campaigns with match that counts."""

    scope: Scope
    connection: BaseDBAsyncClient
    gifts: Gifts
    matched: Gifts
    matched_givers: Givers

    @staticmethod
    async def of(scope: Scope, connection: BaseDBAsyncClient) -> "World":
        """Read the gifts."""
        every = await gifts(connection, CODES)
        matched = every.where(every.matched)
        return World(scope, connection, every, matched, givers(matched))

    async def is_imported(self) -> bool:
        """There are campaigns, and all of them were imported: what an import does not hold is not known of any."""
        row = await self.row("SELECT count(*) > 0 AND bool_and(imported) AS imported FROM ev_campaign")
        return bool(row["imported"])

    async def rows(self, sql: str, *values: Any) -> Sequence[Mapping[str, Any]]:
        """Rows of a query over the tables."""
        return [dict(row) for row in await self.connection.execute_query_dict(sql, list(values))]

    async def row(self, sql: str, *values: Any) -> Mapping[str, Any]:
        """The only row."""
        (found,) = await self.rows(sql, *values)
        return found

    async def parts(self, sql: str, *values: Any) -> tuple[Part, ...]:
        """Parts of a query with columns key, name and value, and people where people are counted; in its order."""
        return tuple(
            Part(str(row["key"]), str(row["name"]), row["value"], row.get("people"))
            for row in await self.rows(sql, *values)
        )

    async def by_district(self, counted: str, of: str) -> tuple[Part, ...]:
        """`counted` (an aggregate) over rows `c` of `of`, for each of the twelve districts; 0 where there are none."""
        rows = await self.rows(f"SELECT c.district AS key, {counted} AS value FROM {of} c GROUP BY c.district")
        known = {row["key"]: int(row["value"]) for row in rows}
        return tuple(Part(code, NAMES[code], known.get(code, 0)) for code in CODES)

    async def by(self, column: str, counted: str, of: str) -> tuple[Part, ...]:
        """`counted` over rows `c` of `of` by a column of text, the largest first."""
        rows = await self.rows(
            f"SELECT c.{column} AS key, {counted} AS value FROM {of} c GROUP BY c.{column} ORDER BY 2 DESC, 1"
        )
        return tuple(Part(row["key"] or "none", row["key"] or "not told", int(row["value"])) for row in rows)
