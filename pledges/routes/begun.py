"""What a visitor has answered so far, kept in the session between pages: no account, and no row until they agree.

The form key is made with the first answer and lives as long as the pledge that it makes is not complete. It is the same
for every tab and every click of this browser, so a campaign gets one pledge from them.

A session may end while a page is open. So each page carries the answers before it, sealed with the site's key, and they
come back with what is sent: nobody types them again.
"""

import base64
import json
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from starlette.requests import Request

from crowdfund_kent.accounts import sessions
from crowdfund_kent.references import keyed_hash, new_token, same
from pledges.kinds import BackerKind
from pledges.pledging import Answers

_BEGUN: Final = "begun pledges"
_MINE: Final = "my pledges"
_MOST: Final = 20  # references that a session remembers
CARRIED: Final = "so_far"  # the hidden input of each page


@dataclass(frozen=True, slots=True)
class Begun:
    """A pledge on its way. Empty fields are questions not answered yet."""

    key: str = ""
    amount_pence: int = 0
    email: str = ""
    name: str = ""
    name_shown: bool = False
    backer_kind: str = BackerKind.PERSON
    cover: bool = False
    dedication: str = ""

    @property
    def answers(self) -> Answers | None:
        """All of them, or None while one is missing."""
        if not (self.amount_pence and self.email and self.name):
            return None
        return Answers(
            self.amount_pence,
            self.email,
            self.name,
            self.name_shown,
            self.backer_kind,
            self.cover,
            self.dedication,
        )


def begun(request: Request, campaign_id: int) -> Begun:
    """What this session has answered for this campaign."""
    kept = _data(request).get(_BEGUN, {}).get(str(campaign_id), {})
    return Begun(**kept)


async def begun_or_carried(request: Request, campaign_id: int) -> Begun:
    """The same; of a session that ended meanwhile, what the page carried."""
    now = begun(request, campaign_id)
    if now.key or request.method != "POST":
        return now
    carried = _opened((await request.form()).get(CARRIED), campaign_id)
    return await keep(request, campaign_id, carried) if carried is not None else now


def sealed(campaign_id: int, now: Begun) -> str:
    """The answers so far for the page's hidden input: readable by who gave them, and changed by nobody."""
    body = base64.urlsafe_b64encode(json.dumps(asdict(now)).encode()).decode()
    return f"{body}.{_seal(campaign_id, body)}"


def _seal(campaign_id: int, body: str) -> str:
    return keyed_hash(f"begun pledge {campaign_id} {body}")


def _opened(text: object, campaign_id: int) -> Begun | None:
    body, _, seal = text.partition(".") if isinstance(text, str) else ("", "", "")
    if not body or not same(seal, _seal(campaign_id, body)):
        return None
    kept = json.loads(base64.urlsafe_b64decode(body))
    known = Begun.__slots__
    return Begun(**{name: value for name, value in kept.items() if name in known})


async def keep(request: Request, campaign_id: int, now: Begun, **answers: Any) -> Begun:
    """Keep further answers."""
    session = await sessions.begin(request)
    changed = replace(now, key=now.key or new_token(), **answers)
    others = session.data.get(_BEGUN, {})
    session.data = {**session.data, _BEGUN: {**others, str(campaign_id): asdict(changed)}}
    await session.save(update_fields=["data"])
    return changed


async def start_again(request: Request, campaign_id: int) -> None:
    """Forget the answers and the key: what follows is another pledge."""
    session = await sessions.begin(request)
    others = {name: kept for name, kept in session.data.get(_BEGUN, {}).items() if name != str(campaign_id)}
    session.data = {**session.data, _BEGUN: others}
    await session.save(update_fields=["data"])


async def remember(request: Request, reference: str) -> None:
    """This browser has shown that the pledge is theirs."""
    session = await sessions.begin(request)
    mine = session.data.get(_MINE, [])
    if reference not in mine:
        session.data = {**session.data, _MINE: [*mine, reference][-_MOST:]}
        await session.save(update_fields=["data"])


def is_mine(request: Request, reference: str) -> bool:
    """Whether this browser has shown it."""
    return reference in _data(request).get(_MINE, [])


def _data(request: Request) -> dict[str, Any]:
    session = request.state.session
    return dict(session.data) if session is not None else {}
