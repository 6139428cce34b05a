"""One of everything that an address can name, and people who may and may not: what attacks are tried on."""

from dataclasses import dataclass, field
from typing import Any, Final

from crowdfund_kent.accounts import sign_in
from crowdfund_kent.accounts.models import Person, StaffRole
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.cases import links as case_links
from crowdfund_kent.cases import services as cases
from crowdfund_kent.cases.kinds import Kind
from crowdfund_kent.clock import business_today
from crowdfund_kent.words import services as words
from local import mails
from panel.models import Award
from panel.services import awards
from pledges import fund_words, funds, links
from pledges.models import FundingSource, MatchFund, MatchPledge, Pledge, SourceCap
from projects import services
from projects.kinds import MemberRole
from projects.models import Campaign, CostLine, Evidence, Group, Member, Project
from projects.states import Campaign as Status
from tests.hostile import (
    afterwards,
    asking,
    books,
    council,
    evaluating,
    gifts,
    giving,
    helped,
    payouts,
    pots,
    rounds,
    talk,
)
from tests.hostile import live as live_changes
from tests.panel import stage as panel
from tests.pledges import make as pledges
from tests.pledges import pot_make
from tests.projects import make

WHO: Final = {"title": "Tidal pool steps", "cost_pence": 600_000}


@dataclass
class World:
    """Rows by what a path calls them, and who acts."""

    owner: Person
    group: Group
    draft: Project
    draft_campaign: Campaign
    line: CostLine
    submitted: Campaign
    live: Campaign
    live_slug: str
    pledge: Pledge
    token: str
    fund: MatchFund
    source: FundingSource
    cap: SourceCap
    award: Award
    offer: MatchPledge
    member: Member
    officer: Person
    administrator: Person
    offer_owner: Person
    small_fund: MatchFund  # works without a crowd
    places: dict[str, str] = field(default_factory=dict)
    offer_group: str = ""
    role_id: int = 0
    paper_id: int = 0
    sent_paper_id: int = 0
    objective_id: int = 0
    mail_id: int = 0
    question_id: int = 0
    talk: dict[str, dict[str, str]] = field(default_factory=dict)  # what is written about a project
    giving: dict[str, dict[str, str]] = field(default_factory=dict)  # help, a dedication, a refund that waits
    gifts: dict[str, dict[str, str]] = field(default_factory=dict)  # cash and cheques
    changing: dict[str, dict[str, str]] = field(default_factory=dict)  # changes of running campaigns, extras, sharing
    helped: dict[str, dict[str, str]] = field(default_factory=dict)  # a code that was sent, a signed paper, a letter
    rounds: dict[str, dict[str, str]] = field(default_factory=dict)  # a round at its meeting, places, a register
    asking: dict[str, dict[str, str]] = field(default_factory=dict)  # requests to funds, and reviews of process
    pots: dict[str, dict[str, str]] = field(default_factory=dict)  # a fund in draft, a movement that waits
    after: dict[str, dict[str, str]] = field(default_factory=dict)  # funded projects, a group that somebody asks for
    payouts: dict[str, dict[str, str]] = field(default_factory=dict)  # who receives, and what is paid out
    books: dict[str, dict[str, str]] = field(default_factory=dict)  # a period that waits to be closed, statements
    evaluating: dict[str, dict[str, str]] = field(default_factory=dict)  # a measure, a pack, words of the report
    council: dict[str, dict[str, str]] = field(default_factory=dict)  # an account, a schedule, a line of a bank
    care: dict[str, str] = field(default_factory=dict)  # a case that was answered, a page of words, an entry
    kept: dict[str, Any] = field(default_factory=dict)  # what a visitor's session has answered

    def path(self, route: str, name: str) -> str:
        """A route's path with this world's rows in its places."""
        found = route
        for place, value in (self.places | self._of(name)).items():
            found = found.replace("{" + place + "}", value)
        assert "{" not in found, found
        return found

    def _of(self, name: str) -> dict[str, str]:
        if name.startswith(("my_case", "staff_case", "staff_words", "staff_said")):
            return self.care
        if name in self.after:
            return self.after[name]
        if name in self.council:
            return self.council[name]
        if name in self.payouts:
            return self.payouts[name]
        if name in self.asking:
            return self.asking[name]
        if name in self.rounds:
            return self.rounds[name]
        if name in self.talk:
            return self.talk[name]
        if name in self.giving:
            return self.giving[name]
        if name in self.gifts:
            return self.gifts[name]
        if name in self.helped:
            return self.helped[name]
        if name in self.pots:
            return self.pots[name]
        if name in self.books:
            return self.books[name]
        if name in self.evaluating:
            return self.evaluating[name]
        if name in self.changing:
            return self.changing[name]
        if name.startswith("group_offer"):
            return {"group": self.offer_group, "reference": self.offer.reference}
        if name in {"staff_take_down", "staff_put_back"}:
            return {"id": str(self.live.project_id)}
        if name in {"district", "feed_of_district", "sitemap_part"}:
            return {"district": "thanet", "id": "1"}
        if name == "local_mail":
            return {"id": str(self.mail_id)}
        if name == "award_record":
            return {"reference": self.offer.reference}
        if name == "group_settlement":
            return {"id": str(self.live.id)}
        if name == "group_end_member":
            return {"id": str(self.member.id)}
        if name.startswith("project_list"):
            return {"id": str(self.line.id), "which": "costs"}
        if name == "papers_take_back":
            return {"id": str(self.paper_id)}
        if name.startswith(("staff_campaign", "staff_paper")) or name == "settlement":
            return {
                "id": str(self.submitted.id),
                "project": str(self.live.project_id),
                "paper": str(self.sent_paper_id),
            }
        if name.startswith("staff_fund_cap_"):
            return {"slug": self.fund.slug, "id": str(self.cap.id)}
        if name == "staff_fund_cap":
            return {"slug": self.fund.slug, "id": str(self.source.id)}
        if name.startswith("staff_fund_question_") and name != "staff_fund_question_new":
            return {"slug": self.fund.slug, "id": str(self.question_id)}
        if name == "staff_award_look":
            return {"slug": self.small_fund.slug, "id": str(self.submitted.project_id)}
        if name in {"staff_award_choose", "staff_award_propose"}:
            return {"slug": self.fund.slug, "id": str(self.live.id)}
        if name.startswith("staff_award"):
            return {"id": str(self.award.id)}
        if name in {"fund", "fund_pounds"} or name.startswith("staff_fund"):
            return {"slug": self.fund.slug}
        if name == "feed_of_project" or name.startswith(("public_", "pledge_")):
            return {"slug": self.live_slug, "id": str(self.live.id)}
        if name == "staff_end":
            return {"id": str(self.role_id)}
        if name.startswith("staff_objective"):
            return {"id": str(self.objective_id)}
        return {}


async def care(officer: Actor) -> dict[str, str]:
    """Something that was asked of us and answered, and an entry of what was done."""
    case = await cases.open_case(Kind.WRONG, text="A date.", email="kim@example.org", by=Actor(None, "visitor"))
    await cases.answer(case.id, officer, "It is mended.")
    entry = await words.save_said(officer, said="Too slow.", did="Two more people.", done_on=business_today())
    token = case_links.PAGES.token_of(case.reference)
    return {"reference": case.reference, "token": token, "page": "fees", "number": "0", "id": str(entry.id)}


async def small_fund() -> MatchFund:
    """A fund whose awards go to projects."""
    made = await pot_make.fund(1_000_000)
    await MatchFund.filter(id=made.id).update(without_crowd=True)
    return await MatchFund.get(id=made.id)


async def build() -> World:
    """A draft, a submitted and a live campaign of one group, a pledge, a pot, a proposed award, an open offer."""
    owner = await make.person("owner@example.org", "Ora Owner")
    group = await make.group(owner)
    by = Actor(owner.id, "group owner")
    draft = await make.project(group, title="Steps in draft", cost_pence=600_000)
    draft_campaign = await make.campaign(Status.DRAFT, draft)
    submitted = await make.campaign(Status.SUBMITTED, await make.project(group, title="Sent in"))
    live = await make.campaign(Status.LIVE, await make.project(group, title="Open to all", cost_pence=1_000_000))
    line = await CostLine.filter(project_id=draft.id).first()
    assert line is not None
    editor = await services.invite(group.id, "editor@example.org", MemberRole.EDITOR, by)
    first = await panel.stage()
    await pledges.pledge(live, 60_000)
    pledge = await pledges.pledge(live, 60_000)
    offer = await first.signed()
    award = await awards.propose(live.id, first.fund.id, 100_000, "It opens the pool to all.", first.officer)
    source = (await FundingSource.filter(fund_id=first.fund.id))[0]
    cap = await funds.enter_cap(source.id, 30_000_000, "26/00013", first.officer)
    other_group = await Group.get(id=(await Member.filter(person_id=first.owner.person_id).get()).group_id)
    officer = await make.person("all.roles@example.org", "Olu Officer")
    for role in (Role.FUND_OFFICER, Role.FINANCE_APPROVER, Role.SIGNATORY, Role.PANEL_CHAIR):
        row = await StaffRole.create(person=officer, role=role, granted_at=group.created_at)
    await pot_make.authority(first.fund, Actor(officer.id, "x"))
    admin = await make.person("admin@example.org", "Ada Admin")
    row = await StaffRole.create(person=admin, role=Role.ADMINISTRATOR, granted_at=group.created_at)
    objective = await make.objective("to be retired")
    question = await fund_words.add_question(first.fund.id, fund_words.Asked("Who will feel better?"), first.officer)
    return World(
        owner,
        group,
        draft,
        draft_campaign,
        line,
        submitted,
        live,
        (await Project.get(id=live.project_id)).slug,
        pledge,
        links.PAGES.token_of(pledge.reference),
        first.fund,
        source,
        cap,
        award,
        offer,
        editor,
        officer,
        admin,
        await Person.get(id=first.owner.person_id),
        await small_fund(),
        places={
            "group": group.slug,
            "project": draft.slug,
            "reference": pledge.reference,
            "token": links.PAGES.token_of(pledge.reference),
            "day": "2021-06-24",
            "year": "2021-22",
            "kind": "a",
            "seed:int": "1",
            "name": "none",
            "key": "bank",
            "item": "bank",
            "number": "1",
        },
        offer_group=other_group.slug,
        role_id=row.id,
        objective_id=objective.id,
        question_id=question.id,
        paper_id=(await Evidence.filter(project_id=draft.id).order_by("id"))[0].id,
        sent_paper_id=(await Evidence.filter(project_id=submitted.project_id).order_by("id"))[0].id,
        care=await care(Actor(officer.id, Role.FUND_OFFICER)),
        after=await afterwards.build(group, by, Actor(officer.id, Role.FUND_OFFICER)),
        council=await council.build(group, Actor(officer.id, Role.FUND_OFFICER)),
        payouts=await payouts.build(group, live, pledge, Actor(officer.id, Role.FUND_OFFICER)),
        asking=await asking.build(group, by),
        rounds=await rounds.build(officer),
        talk=await talk.build(live, by),
        helped=await helped.build(draft_campaign, group.id, Actor(officer.id, Role.FUND_OFFICER)),
        pots=await pots.build(Actor(officer.id, Role.FUND_OFFICER)),
        books=await books.build(live.id, Actor(officer.id, Role.FINANCE_APPROVER)),
        evaluating=await evaluating.build(Actor(officer.id, Role.FUND_OFFICER), live.id),
        changing=await live_changes.build(group, draft, by),
        gifts=await gifts.build(live, by),
        giving=await giving.build(live, pledge, by, Actor(officer.id, Role.FUND_OFFICER)),
        mail_id=max(abs(one.id) for one in (await mails.examples()).values()),
        kept={
            "sign_in": await sign_in.ask("visitor@example.org", "/account", "127.0.0.1"),
            "begun pledges": {
                str(live.id): {
                    "key": "k" * 40,
                    "amount_pence": 2000,
                    "email": "v@example.org",
                    "name": "V",
                    "name_shown": True,
                }
            },
        },
    )
