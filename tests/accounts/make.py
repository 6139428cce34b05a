"""People with names, roles and sessions, and the e-mails they got."""

import re
from itertools import count
from typing import Any

from crowdfund_kent.accounts import sessions
from crowdfund_kent.accounts.models import Person, Session, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import real_now
from crowdfund_kent.models import Outbox
from crowdfund_kent.references import hash_of, new_token
from tests.client import Page, SiteClient

_number = count(1)


async def person(email: str | None = None, name: str = "Kim Example") -> Person:
    """Somebody who signed in before."""
    return await Person.create(email=email or f"kim{next(_number)}@example.org", name=name, created_at=real_now())


async def staff(*roles: Role, email: str | None = None) -> tuple[Person, Actor]:
    """Somebody who holds these roles, and acts in the first."""
    somebody = await person(email)
    for role in roles:
        await StaffRole.create(person=somebody, role=role, granted_at=real_now())
    return somebody, Actor(somebody.id, roles[0])


async def sign_in(client: SiteClient, somebody: Person) -> Session:
    """The client's cookie is a session of this person from now on."""
    token, now = new_token(), real_now()
    session = await Session.create(
        token_hash=hash_of(token),
        csrf_token=new_token(),
        person=somebody,
        data={},
        created_at=now,
        seen_at=now,
        expires_at=now.replace(year=now.year + 1),
    )
    client.http.cookies.clear()
    client.http.cookies.set(sessions.COOKIE, token, domain="testserver.local")
    return session


async def e_mails(to: str, name: str | None = None) -> list[dict[str, Any]]:
    """What the outbox holds for this address, oldest first."""
    rows = await Outbox.filter(kind="email", **({"name": name} if name else {})).order_by("id")
    return [row.body for row in rows if row.body["to"] == to]


async def newest_link_and_code(to: str) -> tuple[str, str]:
    """The path of the link, and the six figures as written, from the newest sign-in e-mail."""
    text = (await e_mails(to, "sign_in"))[-1]["text"]
    link = re.search(r"http://testserver(/sign-in/link/\S+)", text)
    code = re.search(r"\b([0-9]{3} [0-9]{3})$", text, re.M)
    assert link is not None
    assert code is not None
    return link[1], code[1]


async def ask(client: SiteClient, email: str, where: str = "/sign-in") -> Page:
    """Fill in the sign-in page; arrives at the page for the code."""
    page = await client.get(where)
    return await page.submit({"email": email}, to="/sign-in/code")


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06d}"
