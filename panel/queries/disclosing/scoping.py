"""What a request is about: rounds, a group, days. What is named besides narrows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from crowdfund_kent.templating import day
from panel.models import Round
from projects.models import Group


@dataclass(frozen=True, slots=True)
class Scope:
    """Each part narrows what the others leave. Days are those on which a group asked, or an award was proposed."""

    rounds: tuple[int, ...] = ()
    group: int | None = None
    first: date | None = None
    last: date | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing was chosen: then nothing is collected."""
        return not self.rounds and self.group is None and self.first is None and self.last is None

    def as_stored(self) -> dict[str, Any]:
        """The shape of InformationRequest.scope."""
        return {
            "rounds": list(self.rounds),
            "group": self.group,
            "from": self.first.isoformat() if self.first else None,
            "to": self.last.isoformat() if self.last else None,
        }


EMPTY: Final = Scope()


def scope_of(stored: Mapping[str, Any]) -> Scope:
    """The scope that a request keeps; empty where none was chosen yet."""
    first, last = stored.get("from"), stored.get("to")
    return Scope(
        tuple(stored.get("rounds", ())),
        stored.get("group"),
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) if last else None,
    )


async def scope_words(scope: Scope) -> str:
    """The scope in words; empty where nothing is chosen."""
    said = [
        f"{one.fund.name}, {one.name}"
        for one in await Round.filter(id__in=list(scope.rounds)).order_by("id").select_related("fund")
    ]
    if scope.group is not None:
        group = await Group.get_or_none(id=scope.group)
        said.append(group.name if group else "a group")
    if scope.first:
        said.append(f"from {day(scope.first)}")
    if scope.last:
        said.append(f"to {day(scope.last)}")
    return "; ".join(said)
