"""Helped launch: somebody fills the pages with a person, who confirms by a code. The helper never signs for them.

A helper is on record as a member of the group and in the audit. What the person confirms is what they were shown: after
a change their code is worth nothing.
"""

import hashlib
import json
from datetime import timedelta
from typing import Final

from crowdfund_kent import audit, outbox
from crowdfund_kent.accounts.access import require_role
from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.queries import roles_of
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.accounts.rules import MOST_TRIES, spaced
from crowdfund_kent.accounts.sign_in import person_for
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, real_now
from crowdfund_kent.database import execute, fetch, transaction
from crowdfund_kent.errors import Forbidden, Gone, NotFound, Refused
from crowdfund_kent.limits import TooOften
from crowdfund_kent.mail import write
from crowdfund_kent.references import hash_of, keyed_hash, new_code, new_token, same
from crowdfund_kent.settings import get_settings
from projects import letters, queries
from projects.access import require_member
from projects.kinds import LegalForm, MemberRole
from projects.models import Campaign, Confirmation, Group, Member
from projects.services.campaigns import missing_of, submit
from projects.services.groups import SAME_CLICK, make_group
from projects.states import EDITABLE

LINK_DAYS: Final = 7  # the link: people read their mail at home
CODE_MINUTES: Final = 60  # the code: read out while both sit together
MOST_ASKED: Final = 10  # e-mails about one campaign in a day
MOST_TRIES_A_DAY: Final = 25
OWNER: Final = "group owner"


async def begin_help(
    *,
    name: str,
    email: str,
    phone: str,
    postal: str,
    group_name: str,
    legal_form: LegalForm,
    by: Actor,
) -> Group:
    """A group whose owner is the person who is helped, with `by` as its helper. The same a moment ago is a second click.

    By a helper or a fund officer. The person has an e-mail address, or a telephone number or postal address. Refused
    for oneself and for officers: nobody checks what they wrote.
    """
    await require_role(by, Role.HELPER, Role.FUND_OFFICER)
    if not (email or phone or postal):
        raise Refused("Enter an e-mail address, a telephone number or a postal address.", rule="reached")
    async with transaction():
        await execute("SELECT id FROM person WHERE id = $1 FOR UPDATE", by.person_id)
        clicked = await Member.filter(
            person_id=by.person_id,
            role=MemberRole.HELPER,
            group__name=group_name,
            created_at__gt=real_now() - SAME_CLICK,
            ended_at=None,
        ).select_related("group")
        if clicked:
            return clicked[0].group
        person = await _person(name, email, phone, postal)
        await _refuse_as_owner(person, by)
        names = name if legal_form is LegalForm.NAMED_PEOPLE else ""
        group = await make_group(group_name, legal_form, named_people=names)
        await _join(group, person.id, MemberRole.OWNER, by)
        helper = await _join(group, by.person_id or 0, MemberRole.HELPER, by)
        await audit.record("begin helped launch", f"group:{group.id}", by, member_id=helper.id, owner_id=person.id)
        await _tell_helped(group, by)
    return group


async def _person(name: str, email: str, phone: str, postal: str) -> Person:
    """Who is helped; what they said about themself before stays."""
    if not email:
        since = business_now() if phone else None
        return await Person.create(name=name, phone=phone, phone_since=since, postal=postal, created_at=real_now())
    person = await person_for(email)
    if phone and not person.phone:
        person.phone, person.phone_since = phone, business_now()
    person.name, person.postal = person.name or name, person.postal or postal
    await person.save(update_fields=["name", "phone", "phone_since", "postal"])
    return person


async def _refuse_as_owner(person: Person, by: Actor) -> None:
    if person.id == by.person_id:
        raise Refused("This is your own address. Enter the address of the person whom you help.", rule="not oneself")
    if any(row.role == Role.FUND_OFFICER for row in await roles_of(person.id)):
        raise Refused("This person checks campaigns as an officer, so they can't run a group here.", rule="no officers")


async def _join(group: Group, person_id: int, role: MemberRole, by: Actor) -> Member:
    member = await Member.create(group_id=group.id, person_id=person_id, role=role, created_at=group.created_at)
    await audit.record("add member", f"group:{group.id}", by, member_id=member.id, role=str(role))
    await outbox.job("member_joined", group.id, unique_key=f"group_member:{member.id}:joined")
    return member


async def _tell_helped(group: Group, by: Actor) -> None:
    """So that nobody is made an owner without knowing."""
    helper = await Person.get(id=by.person_id)
    written = write(
        "projects/helped.txt",
        officer=await queries.officer_of(group.id),
        helper=helper.name or "Somebody of our helpers",
        group_name=group.name,
        page=f"{get_settings().site_url}/groups/{group.slug}",
    )
    await letters.to_owners(group.id, "projects/helped", written, f"group:{group.id}:helped")


async def helped_by(campaign: Campaign) -> list[Person]:
    """Who helped to write this campaign, also those whose place has ended: officers see it."""
    rows = await Member.filter(group_id=await queries.group_id_of(campaign.id), role=MemberRole.HELPER)
    return list(await Person.filter(id__in=[row.person_id for row in rows]).order_by("id"))


async def digest_of(campaign: Campaign) -> str:
    """SHA-256 of all that was written: a code and a signed paper are worth something for exactly this."""
    project = await queries.project_with_group(campaign.project_id)
    lines = await queries.lines_of(project.id)
    facts = {
        "words": [
            getattr(project, name)
            for name in (
                "title", "summary", "story", "place", "district_code", "who", "permission", "permission_words",
                "with_children", "objective_id", "picture_id",
            )
        ],
        "group": [project.group.name, project.group.legal_form, project.group.named_people, project.group.about],
        "plan": [str(campaign.last_day), campaign.if_too_much, campaign.match_wanted_pence, campaign.target_pence],
        "lines": [
            [[one.words, one.amount_pence] for one in rows] for rows in (lines.costs, lines.other_funding, lines.in_kind)
        ],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


# by a code ----------------------------------------------------------------------------------------------------


async def ask_to_confirm(campaign_id: int, by: Actor) -> Confirmation:
    """Send the first owner who has an e-mail address a link and a six-figure code. By a helper of the group.

    Refused while something is missing, and where no owner has an address: then they sign on paper.
    """
    async with transaction():
        campaign = await queries.campaign_for_update(campaign_id)
        group_id = await queries.group_id_of(campaign_id)
        await require_member(by, group_id, MemberRole.HELPER)
        await _refuse_unready(campaign)
        reached = await queries.owners_of(group_id)
        if not reached:
            raise Refused(
                "No owner of this group has an e-mail address. Print the paper to sign instead.", rule="paper"
            )
        asked = Confirmation.filter(campaign_id=campaign_id, created_at__gt=real_now() - timedelta(days=1))
        if await asked.count() >= MOST_ASKED:
            raise TooOften("Many e-mails were sent about this campaign today. Use the newest one, or sign on paper.")
        person_id, address = reached[0]
        return await _send(campaign, person_id, address, by)


async def _refuse_unready(campaign: Campaign) -> None:
    if campaign.status not in EDITABLE:
        raise Refused("This campaign was sent already.", rule="sent once")
    left = await missing_of(campaign)
    if left:
        raise Refused(f"Complete these tasks first: {'; '.join(str(step.problem) for step in left)}.", rule="complete")


async def _send(campaign: Campaign, person_id: int, address: str, by: Actor) -> Confirmation:
    code, token, now = new_code(), new_token(), real_now()
    row = await Confirmation.create(
        campaign_id=campaign.id,
        person_id=person_id,
        asked_by_id=by.person_id,
        link_hash=hash_of(token),
        code_hash=_code_hash(campaign.id, hash_of(token), code),
        digest=await digest_of(campaign),
        created_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )
    project, helper = await queries.project_with_group(campaign.project_id), await Person.get(id=by.person_id)
    written = write(
        "projects/confirm.txt",
        officer=await queries.officer_of(project.group_id),
        helper=helper.name or "Your helper",
        title=project.title,
        link=f"{get_settings().site_url}/confirm/{token}",
        code=spaced(code),
        minutes=CODE_MINUTES,
        days=LINK_DAYS,
    )
    await outbox.email("projects/confirm", to=address, subject=written.subject, text=written.text)
    await audit.record("ask to confirm", f"campaign:{campaign.id}", by, confirmation_id=row.id, owner_id=person_id)
    return row


def _code_hash(campaign_id: int, link_hash: str, code: str) -> str:
    return keyed_hash(f"confirm:{campaign_id}:{link_hash}:{code}")


async def newest_confirmation(campaign_id: int) -> Confirmation | None:
    """The one whose code works: the newest, not used, not older than an hour, of what stands there now."""
    row = await Confirmation.filter(campaign_id=campaign_id, used_at=None).order_by("-id").first()
    if row is None or row.created_at < real_now() - timedelta(minutes=CODE_MINUTES):
        return None
    campaign = await Campaign.get(id=campaign_id)
    return row if row.digest == await digest_of(campaign) else None


async def confirm_by_code(campaign_id: int, code: str, by: Actor) -> Campaign:
    """The person read the code out, or typed it, after seeing everything: this is their submission, not the helper's.

    A wrong code counts, and is committed as counted. Refused with the words for the page.
    """
    async with transaction():
        await require_member(by, await queries.group_id_of(campaign_id), MemberRole.HELPER)
        campaign = await queries.campaign_for_update(campaign_id)
        row = await newest_confirmation(campaign_id)
        if row is None:
            raise Refused("This code is too old, or something was changed since. Send a new e-mail.", rule="code")
        refusal = await _why_no_code(row)
        if refusal is None and same(row.code_hash, _code_hash(campaign_id, row.link_hash, code)):
            return await _use(row, campaign)
        if refusal is None:
            row.tries += 1
            await row.save(update_fields=["tries"])
            left = MOST_TRIES - row.tries
            refusal = f"The code is not right. {f'You can try {left} more times.' if left else 'Send a new e-mail.'}"
    raise Refused(refusal, rule="code")


async def _why_no_code(row: Confirmation) -> str | None:
    if row.tries >= MOST_TRIES:
        return "A wrong code was typed too often. Send a new e-mail."
    day = await fetch(
        "SELECT coalesce(sum(tries), 0)::bigint AS tries FROM confirmation WHERE campaign_id = $1 AND created_at > $2",
        row.campaign_id,
        real_now() - timedelta(days=1),
    )
    if day[0]["tries"] >= MOST_TRIES_A_DAY:
        return "Too many wrong codes were typed today. The person can open the link in the e-mail instead."
    return None


async def by_link(token: str) -> Confirmation:
    """What the link in the e-mail opens, unchanged: mail scanners follow links too. Gone when it can't be used any more."""
    row = await Confirmation.get_or_none(link_hash=hash_of(token))
    if row is None:
        raise Gone("This link is not complete, or it is an old one.")
    if row.used_at is not None:
        raise Gone("You have confirmed this already. Thank you: an officer looks at it now.")
    campaign = await Campaign.get(id=row.campaign_id)
    newest = not await Confirmation.filter(campaign_id=row.campaign_id, id__gt=row.id).exists()
    if not newest or row.expires_at < real_now() or campaign.status not in EDITABLE:
        raise Gone("This link is over. Ask your helper for a new e-mail.")
    if row.digest != await digest_of(campaign):
        raise Gone("Something was changed since we sent this link. Ask your helper for a new e-mail.")
    return row


async def confirm_by_link(token: str) -> Campaign:
    """The person opened the link and said yes."""
    async with transaction():
        found = await by_link(token)
        campaign = await queries.campaign_for_update(found.campaign_id)
        row = await by_link(token)
        return await _use(row, campaign)


async def _use(row: Confirmation, campaign: Campaign) -> Campaign:
    """Their own Actor, never the helper's: an owner submits."""
    if row.person_id == row.asked_by_id:
        raise Forbidden
    row.used_at = real_now()
    await row.save(update_fields=["used_at"])
    actor = Actor(row.person_id, OWNER)
    await audit.record("confirm by code", f"campaign:{campaign.id}", actor, confirmation_id=row.id)
    return await submit(campaign.id, actor)


async def person_of(row: Confirmation) -> Person:
    """Who got the code."""
    found = await Person.get_or_none(id=row.person_id)
    if found is None:
        raise NotFound
    return found
