"""The database as a whole, to see that nothing was written."""

from crowdfund_kent.database import fetch


async def everything() -> dict[str, str]:
    """Every table but the sessions, as it stands."""
    tables = await fetch(
        "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'"
        " AND table_type = 'BASE TABLE' AND table_name NOT IN ('session', 'tortoise_migrations') ORDER BY 1"
    )
    every = " UNION ALL ".join(
        f"SELECT '{row['name']}' AS name, coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS digest"
        f' FROM "{row["name"]}" t'
        for row in tables
    )
    return {row["name"]: row["digest"] for row in await fetch(every)}


async def written() -> str:
    """How far the log of all writes has come: nothing at all was written while this stays. Cheap, unlike everything()."""
    return str((await fetch("SELECT pg_current_wal_insert_lsn()::text AS place"))[0]["place"])
