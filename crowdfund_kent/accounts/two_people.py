"""No person acts twice on one item, whatever roles they hold."""

from crowdfund_kent.audit import Actor
from crowdfund_kent.errors import Forbidden, Refused

RULE = "two people"


def refuse_same_person(actor: Actor, *ids: int | None, what: str) -> None:
    """Refused when `actor` is one of `ids`: those who acted on the item before (None where nobody has yet).

    `what` ends the sentence "Two different people must ...", such as "propose and sign an award".
    Raises Forbidden when the actor is nobody in particular: the second person must have a name.
    """
    if actor.person_id is None:
        raise Forbidden(f"Two different people must {what}. Sign in first.")
    if actor.person_id in ids:
        raise Refused(f"Two different people must {what}. Ask a colleague: you have already acted on this.", rule=RULE)


def require_first(actor: Actor, first_id: int, did: str = "proposed") -> None:
    """Forbidden unless `actor` is whoever proposed, recorded or typed the item: they alone take it back."""
    if actor.person_id != first_id:
        raise Forbidden(f"Only whoever {did} it can take it back.")
