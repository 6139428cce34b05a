"""The personal data of pledges: who gave, in which words, and who offered help."""

from crowdfund_kent import events
from crowdfund_kent.audit import BACKER
from crowdfund_kent.database import execute
from crowdfund_kent.personal.register import EVENT_COLUMNS, Part, Sheet, Text, Whose
from pledges.models import HelpOffer, Pledge, SupportMessage
from pledges.states import FINAL, HELP
from projects.personal import take_back_posts

SIX_YEARS = "6 years after the end of the financial year"


async def collect(one: Whose) -> list[Sheet]:
    """Every pledge with the address, also those made without an account, and every offer of help."""
    pledges = await Pledge.filter(email__iexact=one.email).order_by("id").select_related("campaign__project")
    offers = await HelpOffer.filter(email__iexact=one.email).order_by("id").select_related("wanted__project")
    return [
        Sheet(
            "Your pledges",
            (
                "Reference",
                "Project",
                "Pence",
                "For the card cost",
                "Paid back",
                "State",
                "Name",
                "Shown",
                "Dedication",
                "Card",
                "District",
                "Begun",
            ),
            [
                (
                    row.reference,
                    row.campaign.project.title,
                    row.amount_pence,
                    row.cover_pence,
                    row.refunded_pence,
                    row.status,
                    row.name,
                    row.name_shown,
                    row.dedication,
                    row.card_last4,
                    row.district_code,
                    row.created_at,
                )
                for row in pledges
            ],
        ),
        Sheet(
            "Help you offered",
            ("Reference", "Project", "What", "How many", "Words", "State", "Offered"),
            [
                (
                    row.reference,
                    row.wanted.project.title,
                    row.wanted.words,
                    row.how_many,
                    row.words,
                    row.status,
                    row.created_at,
                )
                for row in offers
            ],
        ),
    ]


async def blockers(one: Whose) -> list[str]:
    """A pledge that may still be charged is a promise: it is cancelled, or comes to its end, first."""
    running = await Pledge.filter(email__iexact=one.email).exclude(status__in=list(FINAL)).order_by("id")
    if not running:
        return []
    listed = ", ".join(row.reference for row in running)
    return [f"You have a pledge that is not over ({listed}). Cancel it first, or wait until its campaign has ended."]


async def keep_whether_near(pledge_ids: list[int]) -> None:
    """Before a district is let go of: was it the project's? That one bit stays, so that past figures do too."""
    await execute(
        "UPDATE pledge p SET lives_near = (p.district_code = coalesce(v.content ->> 'district_code', j.district_code))"
        " FROM campaign c JOIN project j ON j.id = c.project_id LEFT JOIN project_version v ON v.id = c.version_id"
        " WHERE c.id = p.campaign_id AND p.district_code IS NOT NULL AND p.id = ANY($1::bigint[])",
        pledge_ids,
    )


async def erase(one: Whose) -> list[str]:
    """Amounts, days and the keys of the fair count stay: they are money records, and name nobody."""
    words: list[str] = []
    pledges = await Pledge.filter(email__iexact=one.email)
    for row in pledges:
        words += [row.name, row.dedication]
    ids = [row.id for row in pledges]
    await keep_whether_near(ids)
    posts = await SupportMessage.filter(pledge_id__in=ids).values_list("post_id", flat=True)
    words += await take_back_posts([int(str(post_id)) for post_id in posts])
    await Pledge.filter(id__in=ids).update(
        email=None,
        name="",
        name_shown=False,
        dedication="",
        dedication_hidden_why="",
        district_code=None,
        card_brand=None,
        card_last4=None,
    )
    for offer in await HelpOffer.filter(email__iexact=one.email):
        words += [offer.name, offer.phone, offer.words]
        if (offer.status, "withdrawn") in HELP:
            await events.move(offer, "withdrawn", BACKER)
        await HelpOffer.filter(id=offer.id).update(name="", email=None, phone="", words="")
    return words


PART = Part(
    "pledges",
    texts=(
        Text("pledge", ("email", "name"), "Who pledged", SIX_YEARS, "removed; the amount stays without a name"),
        Text("pledge", ("dedication", "dedication_hidden_why"), "A dedication", "until it is taken back", "removed"),
        Text(
            "pledge",
            ("card_brand", "card_last4", "district_code"),
            "The card's last four figures, the district",
            SIX_YEARS,
            "removed",
        ),
        Text(
            "pledge",
            ("email_key", "card_key"),
            "Keyed hashes for the fair count",
            SIX_YEARS,
            "stay: figures need them, and they name nobody",
        ),
        Text("help_offer", ("name", "email", "phone", "words"), "Who offered help", "2 years", "removed"),
    ),
    harmless={
        "pledge": ("status", "reference", "form_key", "token_hash", "backer_kind"),
        "pledge_event": EVENT_COLUMNS,
        "help_offer": ("status", "reference", "form_key"),
        "help_offer_event": EVENT_COLUMNS,
        "funder": ("slug", "name", "short_name", "organisation_id"),
        "match_fund": ("status", "slug", "name", "summary", "objective_list", "accrual"),
        "match_fund_event": EVENT_COLUMNS,
        "funding_source": ("name", "budget_code", "cost_centre", "subjective_code", "purpose", "financial_year"),
        "source_cap": ("why",),
        "pot_movement": ("status", "kind", "why"),
        "pot_movement_event": EVENT_COLUMNS,
        "fund_rules": ("why", "area", "group_kinds", "objective_ids", "exclusions", "variants"),
        "fund_terms": ("body",),
        "fund_question": ("words", "hint"),
        "decision_authority": ("post", "decision_number"),
        "match_pledge": ("status", "reference", "accrual", "terms"),
        "match_pledge_event": EVENT_COLUMNS,
    },
    collect=collect,
    erase=erase,
    blockers=blockers,
)
