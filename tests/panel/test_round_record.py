"""The public record of a round: what everybody reads, from its day on, and what every number was made from."""

import re
from datetime import timedelta
from urllib.parse import urldefrag

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now
from crowdfund_kent.money import parse_amount, pounds_exact, whole_pounds
from panel.kinds import Outcome, Shown
from panel.made_of import days_words, median_halves
from panel.models import Decision, Pitch, PitchInterest, Round
from panel.services import rounds
from pledges import funds, pots
from pledges.models import MatchFund, MatchPledge
from projects.models import Member
from projects.services import looking
from tests.accounts.make import sign_in
from tests.client import Page, SiteClient
from tests.panel.round_make import Panel, owner_of, panel
from tests.panel.rounds_make import pass_days
from tests.panel.test_grants import small

PUBLIC = {"ETag", "Cache-Control"}


async def signed_round(**more: object) -> tuple[Panel, list[Pitch]]:
    """Three pitches: one awarded whole, one in part because of the pot, one declined; one member barred from the second."""
    p = await panel(700_000, quorum=2, **more)  # type: ignore[arg-type]
    pitches = [await p.pitch(400_000), await p.pitch(400_000), await p.pitch(100_000)]
    await PitchInterest.create(
        pitch_id=pitches[1].id,
        person_id=p.members[2].person_id,
        nature="money",
        bar="bars",
        words="A contract with a cousin.",
        found="declared",
        recorded_at=business_now(),
    )
    for pitch, points in zip(pitches, (5, 4, 2), strict=True):
        for member in p.members[:2]:
            await p.sheet(pitch, member, points)
    await p.meet()
    p.members = p.members[:2]
    await p.carry(pitches[0])
    await p.carry(pitches[1], Outcome.PART, 300_000)
    await p.carry(pitches[2], Outcome.DECLINE)
    await p.sign()
    return p, pitches


async def publish(p: Panel) -> Round:
    round_ = await Round.get(id=p.round.id)
    assert round_.publish_on is not None
    await pass_days(round_.publish_on)
    await rounds.move_due_rounds()
    return await Round.get(id=p.round.id)


async def as_actor(client: SiteClient, actor: Actor) -> None:
    await sign_in(client, await Person.get(id=actor.person_id))


async def test_a_record_is_public_from_its_day_and_the_group_reads_its_own_entry_before(client: SiteClient) -> None:
    p, pitches = await signed_round()
    path = f"/rounds/{p.round.slug}"
    await client.get(path, status=404)
    await client.get(f"{path}/decisions.csv", status=404)
    page = await client.get("/rounds")
    assert [row[0].split()[0] for row in page.rows("Rounds that are planned or under way")] == ["Round"]
    owner = await owner_of(pitches[1])
    await as_actor(client, owner)
    member = await Member.get(person_id=owner.person_id).select_related("group")
    page = await client.get(f"/groups/{member.group.slug}/pitches/{pitches[1].reference}/feedback")
    early = entry_in(page, pitches[1])
    assert "Everybody can read the record from" in page.main
    # what its people do later changes nothing of what is told
    await PitchInterest.create(
        pitch_id=pitches[1].id,
        person_id=p.members[0].person_id,
        nature="family",
        bar="bars",
        words="Later.",
        found="declared",
        recorded_at=business_now() + timedelta(hours=1),
    )
    await publish(p)
    visitor = SiteClient(client.http._transport.app)  # type: ignore[attr-defined]
    page = await visitor.get(path)
    assert entry_in(page, pitches[1]) == early
    assert page.rows("Who had an interest in what") == [
        ["Seat 3", await p.title(pitches[1]), "money", "read, scored and voted on nothing of it"]
    ]
    names = await Person.filter(id__in=[one.person_id for one in (*p.members, p.officer, p.signatory)])
    assert not [person.name for person in names if person.name and person.name in page.main]
    assert "cousin" not in page.html
    assert page.rows("Posts on the panel")[0] == ["Seat 1", "chair, took the chair", "present"]
    tag = page.headers["ETag"]
    same = await visitor.http.get(path, headers={"If-None-Match": tag})
    assert same.status_code == 304
    match = await p.accept(pitches[0])
    page = await visitor.get(path)
    assert page.headers["ETag"] != tag
    assert ("What became of the £4,000: " + await p.title(pitches[0]), f"/awards/{match.reference}") in page.links
    assert "No payment is recorded yet" in page.main
    page = await (await visitor.get("/rounds")).follow(p.round.name)
    assert page.path == path
    sitemap = (await visitor.http.get("/sitemap.xml")).text
    assert f"{path}<" in sitemap
    assert f"{path}/minutes<" in sitemap
    await visitor.close()


def entry_in(page: Page, pitch: Pitch) -> str:
    """The words of one entry, from its project to its limits."""
    found = re.search(
        r'<dl class="govuk-summary-list">\s*<div[^>]*>\s*<dt[^>]*>Project</dt>(?:(?!<dl).)*?'
        rf'id="backers-{pitch.reference}".*?</table>',
        page.html,
        re.DOTALL,
    )
    assert found, page.path
    return found.group()


async def test_every_number_on_the_record_leads_to_what_it_was_made_from(client: SiteClient) -> None:
    p, pitches = await signed_round()
    matches = [await p.accept(pitch) for pitch in pitches[:2]]
    await publish(p)
    page = await client.get(f"/rounds/{p.round.slug}")
    decided = {one.pitch_id: one for one in await Decision.all()}
    ids = set(re.findall(r'\bid="([^"]+)"', page.html))
    rows = page.rows("Requests in their order")
    assert [row[1:] for row in rows] == [
        ["100%", "2", "£4,000.00", "money is offered", "£4,000.00"],
        ["80%", "2", "£4,000.00", "a part of the money is offered", "£3,000.00"],
        ["40%", "2", "£1,000.00", "not this time", ""],
    ]
    for href in {href for _, href in page.links}:
        address, fragment = urldefrag(href)
        if not address:
            assert fragment in ids, href
        elif (
            address.startswith(("/awards/", "/funds/", "/projects/", "/rounds/", "/glossary")) and ".csv" not in address
        ):
            there = await client.get(address)
            assert not fragment or f'id="{fragment}"' in there.html, href
    # a score is the sum of its points, each of them of two members
    for pitch in pitches:
        *given, together = page.rows(f"Score of {await p.title(pitch)}")
        points, most = (sum(int(row[1].split(" of ")[place]) for row in given) for place in (0, 1))
        assert together[1] == f"{points} of {most}"
        assert points * 10_000 // most == decided[pitch.id].score_bp
    # what each took adds up, and the pot runs down by it
    first, *took, together = page.rows("The pot, from before the list")
    left = parse_amount(first[2])
    for row in took:
        left -= parse_amount(row[1])
        assert row[2] == pounds_exact(left)
    assert together[1:] == ["£7,000.00", pounds_exact(left)]
    assert sum(match.amount_pence for match in matches) == 700_000
    # the days in the list give the median
    days = [int(row[3]) for row in page.rows("From sending to the decision")]
    assert days_words(median_halves(days)) in page.main
    # each limit follows from what it was made from, and the smallest decides
    for pitch in pitches:
        limits = page.rows(f"How much it could be at most: {await p.title(pitch)}")
        assert sum("this one decides" in words for words, _ in limits) == 1
        pence = [_limit(words) for words, _ in limits[:-1]]
        shown = [parse_amount(amount.split()[0]) if "£0.00" not in amount else 0 for _, amount in limits[:-1]]
        assert pence == shown
        assert limits[-1][1].split()[0] == pounds_exact(whole_pounds(min(pence)))
    # and on from the decision: to the list, the project, and back
    page = await client.get(f"/awards/{matches[1].reference}")
    assert page.summary["Paid so far"] == "No payment is recorded yet"
    assert page.summary["How far the project is"] == "Not recorded yet"
    page = await page.follow("The whole list of")
    assert page.path == f"/rounds/{p.round.slug}"


def _limit(words: str) -> int:
    """A limit worked out again from its own parts, as a reader would."""
    parts = [
        (one.split(": ")[0], one.rsplit(": ", 1)[1])
        for one in re.findall(
            r"(?:The target|Less|Left in|Largest|The fund’s largest share)[^£%]*: (?:£[\d,.]+|[\d.]+%)", words
        )
    ]
    amounts = [parse_amount(shown) if shown != "£0.00" else 0 for _, shown in parts if shown.startswith("£")]
    shares = [round(float(shown.rstrip("%")) * 100) for _, shown in parts if shown.endswith("%")]
    if not parts:
        return 2_000_000  # the rules of that day: the largest amount
    if shares:
        return amounts[0] * shares[0] // 10_000 - sum(amounts[1:])
    return amounts[0] - sum(amounts[1:])


async def test_a_fund_may_only_count_what_got_nothing(client: SiteClient) -> None:
    p, pitches = await signed_round()
    await Round.filter(id=p.round.id).update(declined_shown=Shown.COUNT)
    await publish(p)
    page = await client.get(f"/rounds/{p.round.slug}")
    title = await p.title(pitches[2])
    assert title not in page.html
    assert "1 more request got nothing" in page.main
    assert [row[0] for row in page.rows("From sending")[2:]] == ["A request that is not named"]
    answer = await client.http.get(f"/rounds/{p.round.slug}/decisions.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert title not in answer.text
    assert ",4000.00,100.00,2,Money is offered,4000.00," in answer.text


async def test_an_offer_that_was_not_taken_says_so(client: SiteClient) -> None:
    p, pitches = await signed_round()
    match = await MatchPledge.get(award__pitch_id=pitches[0].id)
    await pots.release(match, "offer ran out", p.officer)
    await publish(p)
    page = await client.get(f"/rounds/{p.round.slug}")
    assert "The group did not answer in time, so it went back to the fund" in page.main
    assert page.main.count("Offered: the group has not answered yet") == 1
    await client.get(f"/awards/{match.reference}", status=404)


async def test_a_fund_without_a_crowd_and_an_empty_list_have_their_records(client: SiteClient) -> None:
    p = await panel(100_000, rules=funds.Rules(max_share_bp=10_000, max_amount_pence=100_000, combined_share_bp=10_000))
    await MatchFund.filter(id=p.fund.id).update(without_crowd=True)
    p.round = await Round.get(id=p.round.id).select_related("fund__funder")
    project = (await small()).project
    pitch = await p.pitch(60_000, project=project)
    await p.scored(pitch, 5)
    await p.meet()
    await looking.look_at(project.id, looking.MUST_BE_LOOKED_AT, p.officer, fund_id=p.fund.id)
    await p.carry(pitch)
    await p.sign()
    match = await p.accept(pitch)
    empty = await panel(beside=p)
    await empty.meet()
    await empty.sign()
    await publish(p)
    page = await client.get(f"/rounds/{p.round.slug}")
    assert "This fund works without backers" in page.main
    assert "/projects/" not in page.html
    page = await client.get(f"/funds/{p.fund.slug}/pounds")
    assert page.rows("Confirmed, project by project")[0][1:3] == ["£600.00", f"Why: {match.reference}"]
    page = await client.get(f"/rounds/{empty.round.slug}")
    assert "Nothing was offered" in page.main
    assert (await client.get(f"/rounds/{empty.round.slug}/minutes")).summary["Present"].startswith("Seat 1")
    page = await client.get("/rounds")
    assert [row[2:5] for row in page.rows(f"Rounds of {p.fund.name}")] == [["0", "0", "£0.00"], ["1", "1", "£600.00"]]
