"""Awards to a project without a crowd, the terms that a group accepts, and a weighing that can be replayed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import advance, business_now, business_today
from crowdfund_kent.errors import Forbidden, InvalidMove, Refused
from crowdfund_kent.invariants import run
from crowdfund_kent.models import Outbox
from evaluation.figures import WithoutCrowd, figures_as_at, without_crowd_as_at
from panel.checks import RULES as PANEL_RULES
from panel.models import Award
from panel.queries.grants import grant_candidates
from panel.services import awards
from panel.weighing import replay, same, weigh
from pledges import funds, matches, pot_checks, pots
from pledges.fund_queries import pot_of
from pledges.fund_scope import Variant
from pledges.kinds import Accrual, PlaceKind
from pledges.models import FundTerms, MatchFund, MatchPledge, MatchPledgeEvent
from pledges.public.queries import programme
from projects import queries, services
from projects.kinds import CheckItem, CostKind
from projects.models import Evidence, Group, Project
from projects.services import looking
from projects.states import Campaign as Status
from tests.accounts.make import sign_in
from tests.client import SiteClient
from tests.panel.stage import stage
from tests.pledges import pot_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")
WHY = "It brings neighbours to one table each week."
RULES = funds.Rules(max_share_bp=10_000, max_amount_pence=100_000, combined_share_bp=10_000)


@dataclass
class Small:
    """A fund of small grants, a project whose group named a referee, and who acts."""

    fund: MatchFund
    project: Project
    owner: Actor
    officer: Actor
    signatory: Actor

    async def look(self) -> None:
        await looking.look_at(self.project.id, looking.MUST_BE_LOOKED_AT, self.officer, fund_id=self.fund.id)

    async def propose(self, pence: int = 60_000, **more: Any) -> Award:
        return await awards.propose(None, self.fund.id, pence, WHY, self.officer, project_id=self.project.id, **more)

    async def signed(self, pence: int = 60_000) -> MatchPledge:
        await self.look()
        return await awards.sign((await self.propose(pence)).id, self.signatory)


async def small(cost_pence: int = 90_000, rules: funds.Rules = RULES) -> Small:
    fund = await pot_make.fund(1_000_000, rules=rules)
    await MatchFund.filter(id=fund.id).update(without_crowd=True)
    project = await make.project(cost_pence=cost_pence)
    await Evidence.create(
        project_id=project.id,
        kind="referee",
        referee_name="Fern Example",
        referee_relation="runs the hall",
        uploaded_at=business_now(),
    )
    await make.campaign(Status.SUBMITTED, project)
    officer = await pot_make.person("Olu", Role.FUND_OFFICER, fund=fund)
    signatory = await pot_make.person("Sam", Role.SIGNATORY, fund=fund)
    await pot_make.authority(fund, signatory)
    return Small(await MatchFund.get(id=fund.id), project, await make.owner_of(project.group_id), officer, signatory)


async def with_terms(fund: MatchFund, body: str = "Tell us how it went.\n\n- within a year") -> FundTerms:
    return await FundTerms.create(fund_id=fund.id, applies_from=business_today(), body=body, created_at=business_now())


async def all_rules_hold() -> None:
    broken = [finding for finding in await run((*pot_checks.RULES, *PANEL_RULES)) if finding.count]
    assert not broken, broken


async def test_a_grant_is_confirmed_as_soon_as_its_group_accepts_it() -> None:
    s = await small()
    match = await s.signed(60_000)
    assert (match.status, match.campaign_id, match.project_id) == ("earmarked", None, s.project.id)
    assert match.terms["inputs"]["raised_pence"] == 0
    assert match.terms["inputs"]["target_pence"] == 90_000
    await matches.accept(match.id, s.owner)
    causes = [event.cause for event in await MatchPledgeEvent.filter(subject_id=match.id).order_by("id")]
    assert causes == ["signed", "accepted", "no crowd"]
    assert (await pot_of(s.fund)).together.confirmed_pence == 60_000
    mails = await Outbox.filter(kind="email", name__startswith="offer").order_by("id")
    assert [mail.name for mail in mails] == ["offer made", "offer accepted"]
    assert "No campaign and no target come first" in mails[0].body["text"]
    await all_rules_hold()


async def test_a_grant_is_declined_or_runs_out_like_any_offer() -> None:
    first, second = await small(), await small()
    declined, late = await first.signed(), await second.signed()
    await matches.decline(declined.id, first.owner)
    await advance(timedelta(days=21))
    with pytest.raises(Refused) as refused:
        await matches.accept(late.id, second.owner)
    assert refused.value.rule == "accept by"
    assert await matches.release_stale_offers() == 1
    assert await pot_make.left_in(first.fund, second.fund) == [1_000_000, 1_000_000]
    await all_rules_hold()


async def test_nobody_proposes_for_a_project_at_which_nobody_looked() -> None:
    s = await small()
    with pytest.raises(Refused) as refused:
        await s.propose()
    assert refused.value.rule == "look"
    (one,) = await grant_candidates(s.fund)
    assert one.now is not None
    assert (one.now.most.pence, one.now.version_id) == (90_000, None)


async def test_a_draft_that_nobody_sent_is_its_groups_own(client: SiteClient) -> None:
    s = await small()
    draft = await make.project(cost_pence=80_000)
    await Evidence.create(project_id=draft.id, kind="referee", referee_name="Fern", uploaded_at=business_now())
    assert [one.project.id for one in await grant_candidates(s.fund)] == [s.project.id]
    await sign_in(client, await Person.get(id=s.officer.person_id))
    await client.get(f"/staff/funds/{s.fund.slug}/awards/new/{draft.id}/look", status=404)


async def test_a_look_needs_a_referee_every_tick_and_an_outsider() -> None:
    s = await small()
    with pytest.raises(Refused) as refused:
        await looking.look_at(s.project.id, [CheckItem.REFEREE], s.officer, fund_id=s.fund.id)
    assert refused.value.rule == "checklist"
    with pytest.raises(Forbidden):
        await looking.look_at(s.project.id, looking.MUST_BE_LOOKED_AT, s.owner)
    await Evidence.filter(project_id=s.project.id, kind="referee").update(uploaded_by_id=s.officer.person_id)
    with pytest.raises(Forbidden, match="You gave a paper"):
        await s.look()
    await Evidence.filter(project_id=s.project.id, kind="referee").update(uploaded_by_id=None, referee_name="")
    with pytest.raises(Refused) as refused:
        await s.look()
    assert refused.value.rule == "referee"


async def test_what_was_looked_at_is_what_counts_whatever_the_group_writes_later() -> None:
    s = await small(cost_pence=90_000)
    await s.look()
    campaign, by = await queries.unfinished_campaign(s.project.id), await make.owner_of(s.project.group_id)
    assert campaign is not None
    await services.request_changes(campaign.id, await make.officer(), "Say who cooks.")
    await services.add_line(s.project.id, "costs", by, words="More", amount_pence=900_000, kind=CostKind.REVENUE)
    now = await weigh(s.project, s.fund.id)
    assert (now.terms.target_pence, now.most.pence, now.not_yet) == (90_000, 90_000, None)
    paper = (await Evidence.filter(project_id=s.project.id, kind="referee").order_by("-id"))[0]
    assert paper.id in await queries.frozen_evidence(s.project.id)


@pytest.mark.parametrize("crowd", [True, False])
async def test_each_kind_of_fund_gives_to_its_own_kind_only(crowd: bool) -> None:
    s, other = await small(), await stage()
    officer = await pot_make.person("Any", Role.FUND_OFFICER)
    with pytest.raises(Refused) as refused:
        if crowd:
            await awards.propose(None, other.fund.id, 1_000, WHY, officer, project_id=s.project.id)
        else:
            await awards.propose(other.campaign.id, s.fund.id, 1_000, WHY, officer)
    assert refused.value.rule == "crowd"


async def test_a_fund_gives_once_to_a_project_and_never_to_one_that_met_its_target() -> None:
    s = await small()
    await matches.accept((await s.signed()).id, s.owner)
    with pytest.raises(Refused) as refused:
        await s.propose()
    assert refused.value.rule == "one match"
    met = await small()
    await met.look()
    campaign = await queries.unfinished_campaign(met.project.id)
    assert campaign is not None
    await type(campaign).filter(id=campaign.id).update(
        status="settled", version_id=(await weigh(met.project, met.fund.id)).version_id,
        target_pence=90_000, threshold_bp=9_000, deadline_at=business_now(),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        await met.propose()
    assert refused.value.rule == "never the same project twice"


async def test_what_other_funds_and_a_campaign_hold_is_not_given_again() -> None:
    s = await small(rules=funds.Rules(max_share_bp=10_000, max_amount_pence=100_000, combined_share_bp=6_500))
    await s.look()
    other = await pot_make.fund(100_000)
    await MatchFund.filter(id=other.id).update(without_crowd=True)
    offer = pots.Offer(None, {}, project_id=s.project.id)
    await pots.take_exact(other.id, 30_000, offer, s.officer)
    found = await weigh(s.project, s.fund.id)
    assert (found.terms.raised_pence, found.terms.other_public_pence) == (30_000, 30_000)
    assert (found.most.pence, found.most.binds) == (28_500, "combined_share")


async def test_figures_of_crowd_and_success_are_the_same_with_a_grant_and_the_pot_has_it(client: SiteClient) -> None:
    crowd = await stage()
    await matches.accept((await crowd.signed()).id, crowd.owner)
    before, shown = await figures_as_at(business_today()), await programme()
    s = await small()
    match = await s.signed()
    await matches.accept(match.id, s.owner)
    assert await figures_as_at(business_today()) == before
    assert await programme() == shown
    assert await without_crowd_as_at(business_today()) == WithoutCrowd(1, 60_000)
    assert await without_crowd_as_at(business_today() - timedelta(days=1)) == WithoutCrowd(0, 0)
    page = await client.get("/figures")
    assert "had given £600 to 1 project, each with a referee" in page.main
    together = (await pot_of(s.fund)).together
    assert (together.confirmed_pence, together.left_pence) == (60_000, 940_000)
    held = await MatchPledge.get(id=match.id)
    await pots.pay(held, 60_000, s.officer, for_row="match_payment:1")
    assert (await pot_of(s.fund)).together.paid_pence == 60_000
    assert await figures_as_at(business_today()) == before


async def test_terms_are_accepted_with_the_offer_and_the_words_of_its_day_are_kept() -> None:
    s = await stage()
    terms = await with_terms(s.fund)
    match = await s.signed()
    for wrong in (None, terms.id + 1):
        with pytest.raises(Refused) as refused:
            await matches.accept(match.id, s.owner, wrong)
        assert refused.value.rule == "terms"
    await FundTerms.create(
        fund_id=s.fund.id, applies_from=business_today() + timedelta(days=1), body="Other.", created_at=business_now()
    )
    await advance(timedelta(days=2))
    accepted = await matches.accept(match.id, s.owner, terms.id)
    assert accepted.accepted_terms_id == terms.id
    kept = await matches.terms_of(await MatchPledge.get(id=match.id))
    assert kept is not None
    assert kept.id == terms.id


async def test_a_paper_says_which_terms_it_accepts() -> None:
    s = await stage()
    terms = await with_terms(s.fund)
    match = await s.signed()
    accept, decline = await matches.paper_choices(s.campaign.id)
    assert accept.subject == f"match_pledge:{match.id}:terms:{terms.id}"
    assert "and the fund’s terms from" in accept.words
    assert terms.body in [words for _, words in accept.about]
    assert decline.subject == f"match_pledge:{match.id}"


async def test_a_stored_weighing_is_replayed_to_the_same_terms() -> None:
    variant = Variant("By the sea", PlaceKind.COASTAL, max_share_bp=6_000, least_backers=1)
    s = await stage(rules=funds.Rules(least_backers=2, variants=(variant,)))
    found = await weigh(s.campaign, s.fund.id, place_kinds=[PlaceKind.COASTAL], income_pence=1_000_00)
    stored = found.as_stored()
    assert (stored["variant"], stored["place_kinds"], stored["income_pence"]) == ("By the sea", ["coastal"], 100_000)
    assert (stored["least_backers"], stored["least_raised_bp"], stored["accrual"]) == (1, 1_000, "flat")
    assert replay(stored) == found.most
    assert replay(stored).as_stored()["terms"] == stored["terms"]
    assert same(stored)
    assert not same({**stored, "inputs": {**stored["inputs"], "max_share_bp": 5_000}})


async def test_who_comes_in_first_asks_for_no_crowd() -> None:
    s = await stage(crowd=())
    assert (await weigh(s.campaign, s.fund.id)).not_yet is not None
    await MatchFund.filter(id=s.fund.id).update(accrual=Accrual.IN_FIRST)
    assert (await weigh(s.campaign, s.fund.id)).not_yet is None
    match = await s.signed()
    assert match.accrual == "in first"


async def test_the_pages_of_a_grant_from_the_check_to_the_record(client: SiteClient) -> None:
    s = await small()
    terms = await with_terms(s.fund)
    await sign_in(client, await Person.get(id=s.officer.person_id))
    page = await client.get(f"/staff/funds/{s.fund.slug}/awards/new")
    (row,) = page.rows("Projects, the newest first")
    assert row[2:] == ["£900", "£900", "Check it first"]
    page = await page.follow(row[0])
    assert page.summary["Name"] == "Fern Example"
    page = await page.submit({}, status=422)
    assert page.errors == ["Tick what you have checked"]
    page = await page.submit(
        {"checked": [item.name for item in looking.MUST_BE_LOOKED_AT]},
        to=f"/staff/funds/{s.fund.slug}/awards/new/{s.project.id}",
    )
    assert "frozen as they are now" in page.main
    page = await page.submit({"amount": "600", "reasons": WHY}, to="/staff/awards")
    award = await Award.get()
    await sign_in(client, await Person.get(id=s.signatory.person_id))
    page = await client.get(f"/staff/awards/{award.id}/sign")
    await page.submit(to=f"/staff/awards/{award.id}")
    match, group = await MatchPledge.get(), await Group.get(id=s.project.group_id)
    await sign_in(client, await Person.get(id=s.owner.person_id))
    page = await client.get("/account")
    page = await page.follow(f"Answer the offer of £600 for {s.project.title}")
    assert "within a year" in page.main
    page = await page.submit({}, form="accept", status=422)
    assert page.errors == ["Tick that your group accepts the fund’s terms"]
    page = await page.submit({"agreed": "yes"}, form="accept", to=f"/groups/{group.slug}/offers/{match.reference}")
    assert "You accepted £600 from KCC. It will be paid" in page.main
    assert (await MatchPledge.get()).accepted_terms_id == terms.id
    visitor = SiteClient(client.http._transport.app)  # type: ignore[attr-defined]
    page = await visitor.get(f"/awards/{match.reference}")
    assert page.summary["Where it stands"] == "Accepted: it will be paid"
    assert "gives, without a crowd" in page.main
    await visitor.close()
    with pytest.raises(InvalidMove):
        await matches.accept(match.id, s.owner, terms.id)
