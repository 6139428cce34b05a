"""The calculator's terms of a decision as items: what was stored with it, never worked out again."""

from collections.abc import Mapping
from typing import Any

from panel.redacting import Item


def terms_of(key: str, stored: Mapping[str, Any]) -> list[Item]:
    """Every term, the most that came out, which bound, and what stood then of the crowd. None for what kept nothing."""
    if "terms" not in stored:
        return []
    items = [
        Item(f"{key}:term:{place}", f"Calculator: {term['words']}", "", term["pence"], figure=True)
        for place, term in enumerate(stored["terms"], 1)
    ]
    items.append(Item(f"{key}:most", "Calculator: the most", "", stored["most_pence"], figure=True))
    binding = next((term["words"] for term in stored["terms"] if term["name"] == stored.get("binds")), "")
    items.append(Item(f"{key}:binds", "Calculator: what binds", binding))
    if stored.get("variant"):
        items.append(Item(f"{key}:variant", "Variant of the rules", stored["variant"]))
    items.append(Item(f"{key}:backers", "Backers then", str(stored["backers"]), figure=True))
    items.append(Item(f"{key}:crowd", "Pledged by backers then", "", stored["crowd_pence"], figure=True))
    return items
