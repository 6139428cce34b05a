"""From each figure of a pot to the projects that make it, to the penny."""

from crowdfund_kent.money import parse_amount, pounds_exact
from pledges import matches, pounds
from pledges.fund_queries import pot_of
from pledges.models import MatchPledge
from tests.client import SiteClient
from tests.panel.round_make import owner_of, panel


def pence(shown: str) -> int:
    return 0 if shown == "£0.00" else parse_amount(shown)


async def test_every_figure_of_a_pot_is_the_sum_of_its_projects(client: SiteClient) -> None:
    p = await panel(700_001, 299_999)
    first, second, third = [await p.pitch(asked) for asked in (300_000, 123_400, 200_000)]
    await p.meet()
    for pitch in (first, second, third):
        await p.carry(pitch)
    await p.sign()
    await p.accept(first)
    match = await p.accept(third)
    pot = await pot_of(p.fund)
    places = {place.name: place for place in await pounds.places_of(p.fund)}
    for name, place in places.items():
        assert place.pence == getattr(pot.together, f"{name}_pence"), name
        for source, figures in pot.sources:
            assert place.in_source(source.id) == getattr(figures, f"{name}_pence"), (name, source.name)
    assert places["pledged"].pence == 500_000

    page = await client.get(f"/funds/{p.fund.slug}")
    assert page.link("£5,000.00") == f"/funds/{p.fund.slug}/pounds#pledged"
    page = await page.follow("£5,000.00")
    *rows, together = page.rows("Pledged, project by project")
    for column in (1, 2, 3):
        assert sum(pence(row[column]) for row in rows) == pence(together[column])
    assert together[3] == "£5,000.00"
    assert [row[5:] for row in rows] == [["Not recorded yet", "Not recorded yet"]] * 2
    assert page.rows("Offered, project by project")[0][3:5] == ["£1,234.00", "Public once the group accepts"]
    limit, *less, left = page.rows("From the limit to what is left")
    assert pence(limit[1]) - sum(pence(row[1]) for row in less) == pence(left[1]) == pot.together.left_pence
    assert page.rows("What each source may hold")[-1][1] == pounds_exact(1_000_000)
    tag = page.headers["ETag"]
    assert (await client.http.get(page.path, headers={"If-None-Match": tag})).status_code == 304
    page = await page.follow(f"Why: {match.reference}")
    assert page.path == f"/awards/{match.reference}"

    # what a group declines goes back, and is in no figure
    (waiting,) = places["earmarked"].pounds
    assert waiting.pence == 123_400
    await matches.decline((await MatchPledge.get(reference=waiting.reference)).id, await owner_of(second))
    page = await client.get(f"/funds/{p.fund.slug}/pounds")
    assert waiting.title not in page.main
