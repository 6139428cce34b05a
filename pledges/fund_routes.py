"""The public pages of funds: every pot to the penny, its rules, and what it has added. See also fund_office.py."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page, public
from crowdfund_kent.clock import business_today
from crowdfund_kent.etags import etag, headers, unchanged
from crowdfund_kent.money import pounds_exact
from crowdfund_kent.templating import render
from pledges import fund_making_office, fund_office, fund_rules_office, fund_words_office, pot_moving_office, pounds
from pledges.fitting_rules import round_words
from pledges.fund_queries import (
    Figures,
    Pot,
    all_pots,
    generated_notice,
    newest_facts,
    pot_of,
    public_fund,
    rules_history,
    served_by,
)
from pledges.fund_told import VARIANT_COLUMNS, how_it_counts, rules_told, signing_now
from pledges.fund_words import terms_on
from pledges.models import FundRules, MatchFund
from pledges.rounds_ahead import Post, RoundAhead, next_rounds, posts_of
from pledges.states import Match

# what each place is called on pages for everybody, in the order of the bar
PLACES: Final = (
    ("paid", "Paid", "paid"),
    ("confirmed", "Confirmed", "confirmed"),
    ("pledged", "Pledged", "pledged"),
    ("offered", "Offered", "earmarked"),
)
STATUS_WORDS: Final = {
    Match.PLEDGED: "Pledged: it counts if the target is met",
    Match.CONFIRMED: "Confirmed: the target was met",
    Match.PART_PAID: "Paid in part",
    Match.PAID: "Paid",
    Match.CLOSED_SHORT: "Closed: what was not paid is let go",
    Match.PART_RECOVERED: "Paid, and a part came back",
    Match.RECOVERED: "Paid, and it came back",
}


def status_words(fund: MatchFund) -> dict[Match, str]:
    """How a match pledge stands, for everybody. Without a crowd there is no target."""
    return STATUS_WORDS | {Match.CONFIRMED: "Accepted: it will be paid"} if fund.without_crowd else STATUS_WORDS


def stack_of(figures: Figures) -> list[dict[str, Any]]:
    """The parts of a pot's bar: the same words and numbers as its table."""
    parts = [{"tone": tone, "words": words, "pence": getattr(figures, f"{name}_pence")} for tone, words, name in PLACES]
    if figures.recovered_pence:
        parts.append({"tone": "needed", "words": "Came back", "pence": figures.recovered_pence})
    return [*parts, {"tone": "left", "words": "Left", "pence": figures.left_pence}]


def table_of(pot: Pot, *, linked: bool = False) -> dict[str, Any]:
    """Columns and rows of a pot by source, to the penny: components/parts.html's data_table takes them.

    `linked`: each figure leads to what it is made from (pounds.py), where there is something.
    """
    places = list(PLACES)
    if pot.together.recovered_pence:
        places.append(("needed", "Came back", "recovered"))
    columns: list[Any] = ["Source", {"words": "Cap", "number": True}]
    columns += [{"words": words, "number": True, "tone": tone} for tone, words, _ in places]
    columns.append({"words": "Left", "number": True, "tone": "left"})

    def figure(pence: int, fragment: str) -> Any:
        if not linked or not pence:
            return pounds_exact(pence)
        return {"text": pounds_exact(pence), "href": f"/funds/{pot.fund.slug}/pounds{fragment}"}

    def cells(figures: Figures) -> list[Any]:
        counted = [figure(getattr(figures, f"{name}_pence"), f"#{name}") for _, _, name in places]
        return [figure(figures.cap_pence, "#limit"), *counted, figure(figures.left_pence, "")]

    rows: list[Any] = [
        [{"text": source.name, "small": f"only for {source.purpose}" if source.purpose else ""}, *cells(figures)]
        for source, figures in pot.sources
    ]
    return {"columns": columns, "rows": [*rows, {"cells": ["Together", *cells(pot.together)], "total": True}]}


def current_rules(history: list[FundRules]) -> FundRules | None:
    """Of rules with the latest first, those in force today."""
    today = business_today()
    return next((rules for rules in history if rules.applies_from <= today), None)


async def funds(request: Request) -> Response:
    """GET /funds."""
    ids = [int(str(one)) for one in await MatchFund.all().values_list("id", flat=True)]
    ahead = {fund_id: round_words(found[0]) for fund_id, found in (await next_rounds(ids, business_today())).items()}
    tag = etag(request, *await newest_facts(), *sorted(ahead.items()))
    if answer := unchanged(request, tag):
        return answer
    pots = await all_pots()
    context = {
        "pots": [(pot, stack_of(pot.together)) for pot in pots],
        "ahead": ahead,
        "generated_notice": generated_notice(pot.fund for pot in pots),
    }
    return render(request, "funds/funds.html", context, headers=headers(tag))


async def fund(request: Request) -> Response:
    """GET /funds/{slug}."""
    found = await public_fund(str(request.path_params["slug"]))
    ahead = (await next_rounds([found.id], business_today())).get(found.id, ())
    posts = await posts_of(found.id)
    sits = [f"{post.words} {post.kind} {post.until}" for post in posts]
    tag = etag(request, *await newest_facts(), *map(round_words, ahead), *sits)
    if answer := unchanged(request, tag):
        return answer
    return render(
        request, "funds/fund.html", await fund_context(await pot_of(found), ahead, posts), headers=headers(tag)
    )


async def fund_context(pot: Pot, ahead: Sequence[RoundAhead] = (), posts: Sequence[Post] = ()) -> dict[str, Any]:
    """What the page of one fund shows. `ahead`: its rounds in which a group may still ask; `posts`: who sits on its panel."""
    history = await rules_history(pot.fund.id)
    return {
        "pot": pot,
        "fund": pot.fund,
        "parts": stack_of(pot.together),
        **table_of(pot, linked=True),
        "rules": current_rules(history),
        "history": history,
        "told": await rules_told(pot.fund, history),
        "variant_columns": VARIANT_COLUMNS,
        "counts": None if pot.fund.without_crowd else how_it_counts(pot.fund),
        "terms": await terms_on(pot.fund.id, business_today()),
        "signing": await signing_now(pot.fund.id, business_today()),
        "rounds": [round_words(one) for one in ahead],
        "posts": posts,
        "served": await served_by(pot.fund.id),
        "status_words": status_words(pot.fund),
        "generated_notice": generated_notice([pot.fund]),
    }


ROUTES: Final[list[Route]] = [
    page("/funds", funds, public, name="funds"),
    page("/funds/{slug}", fund, public, name="fund"),
    page("/funds/{slug}/pounds", pounds.page, public, name="fund_pounds"),
    *fund_making_office.ROUTES,  # before {slug}: "new" is no fund
    *fund_office.ROUTES,
    *pot_moving_office.ROUTES,
    *fund_rules_office.ROUTES,
    *fund_words_office.ROUTES,
]
