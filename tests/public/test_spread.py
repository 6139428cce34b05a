"""Telling others: links, QR code, poster, the picture for links and the box for other sites; none sets a cookie or counts."""

import re
from io import BytesIO
from urllib.parse import unquote

import pytest
from PIL import Image, ImageStat

from crowdfund_kent import storage
from crowdfund_kent.audit import BACKER
from pledges import pledging
from pledges.public import social
from pledges.public.sharing import typed_url, ways
from pledges.public.spread import qr_code
from projects import services
from projects.models import Campaign, ProjectVersion
from tests.client import SiteClient
from tests.pledges import pot_make
from tests.projects import make

pytestmark = pytest.mark.usefixtures("db")
PATHS = ("spread", "qr.svg", "qr.png", "poster/a4", "poster/a5", "card.png", "widget")


async def running(title: str = "Tidal pool steps") -> tuple[Campaign, str]:
    project = await make.project(title=title)
    campaign = await make.campaign(of=project)
    return campaign, f"/projects/{project.slug}"


async def test_no_page_of_them_sets_a_cookie_and_each_is_kept_until_something_changes(client: SiteClient) -> None:
    campaign, path = await running()
    tags = {}
    for name in PATHS:
        answer = await client.http.get(f"{path}/{name}")
        assert (answer.status_code, "set-cookie" in answer.headers) == (200, False), name
        tags[name] = answer.headers["etag"]
        again = await client.http.get(f"{path}/{name}", headers={"If-None-Match": tags[name]})
        assert again.status_code == 304, name
    assert len(set(tags.values())) == len(PATHS)
    pledge = await pot_make.card_pledge(campaign, 2_000)
    for name in PATHS:
        assert (await client.http.get(f"{path}/{name}")).headers["etag"] != tags[name], name
    await pledging.cancel(pledge.id, BACKER)


async def test_none_is_there_for_a_project_that_is_not_public_or_unknown(client: SiteClient) -> None:
    project = await make.project(title="Not yet")
    for slug in (project.slug, "no-such-project"):
        for name in PATHS:
            assert (await client.http.get(f"/projects/{slug}/{name}")).status_code == 404, name


def test_a_link_to_elsewhere_carries_the_plain_address_and_nothing_that_counts() -> None:
    for way in ways("tidal-pool", "Steps & a “rail”, 50% done?"):
        plain = unquote(way.href)
        assert "http://testserver/projects/tidal-pool" in plain, way
        assert not re.search(r"utm_|fbclid|ref=|source=", plain)
        assert " " not in way.href
        assert '"' not in way.href
    assert typed_url("tidal-pool") == "testserver/projects/tidal-pool"


async def test_the_qr_code_holds_the_plain_address_with_room_around_it(client: SiteClient) -> None:
    _, path = await running()
    png = await client.http.get(f"{path}/qr.png")
    with Image.open(BytesIO(png.content)) as image:
        # what the picture shows is what the code says, module by module
        code = qr_code(path.removeprefix("/projects/"))
        modules = [list(row) for row in code.matrix]
        size = len(modules)
        scale = image.width // (size + 8)
        assert (image.width, image.height) == ((size + 8) * scale, (size + 8) * scale)
        dark = image.convert("1")
        seen = [
            [int(not dark.getpixel(((x + 4) * scale + scale // 2, (y + 4) * scale + scale // 2))) for x in range(size)]
            for y in range(size)
        ]
    assert seen == modules
    assert code.error in {"M", "Q", "H"}


async def test_the_page_works_without_script_and_copies_with_it(client: SiteClient) -> None:
    _, path = await running()
    page = await (await client.get(path)).follow("Poster, QR code and more ways to share")
    fields = {node.attrs["id"]: node for node in page.root.all("input", "textarea") if "id" in node.attrs}
    assert fields["address"].attrs["value"] == f"http://testserver{path}"
    assert f'src="http://testserver{path}/widget"' in fields["code"].text
    assert all("hidden" in button.attrs for button in page.root.all("button") if "data-ck-copy" in button.attrs)
    outside = [a for a in page.root.all("a") if a.attrs.get("href", "").startswith("https:")]
    assert outside
    assert all({"noopener", "noreferrer"} <= set(a.attrs["rel"].split()) for a in outside)


async def test_a_poster_says_what_by_when_and_where_to_type_and_how_to_print(client: SiteClient) -> None:
    campaign, path = await running()
    assert campaign.last_day is not None
    for paper in ("a4", "a5"):
        page = await client.get(f"{path}/poster/{paper}")
        assert f"poster-{paper}.css" in page.html
        for words in ("£6,000", f"{campaign.last_day:%A} {campaign.last_day.day}", f"testserver{path}", "To print:"):
            assert words in page.text, words
    assert (await client.http.get(f"{path}/poster/a3")).status_code == 404


async def test_a_poster_of_a_paused_or_ended_campaign_says_so_first(client: SiteClient) -> None:
    campaign, path = await running()
    by = await make.officer()
    await services.suspend(campaign.id, by, "We check something.")
    page = await client.get(f"{path}/poster/a4")
    assert "This campaign is paused" in page.main
    assert "Back it" not in page.main
    await services.cancel(campaign.id, by, "It can't go on. Thank you.")
    page = await client.get(f"{path}/poster/a5")
    assert "This campaign was cancelled" in page.main
    assert "The target was" not in page.main
    assert "See what became of it" in page.main


async def test_the_picture_for_links_is_1200_by_630_with_the_groups_own_picture(client: SiteClient) -> None:
    campaign, path = await running()
    drawn = await client.http.get(f"{path}/card.png")
    assert drawn.headers["cross-origin-resource-policy"] == "cross-origin"
    version = await ProjectVersion.get(id=campaign.version_id)
    photograph = BytesIO()
    Image.new("RGB", (1600, 900), "#c02020").save(photograph, "WEBP")
    await storage.save("pictures/abc-1600.webp", photograph.getvalue())
    made = await ProjectVersion.create(
        project_id=campaign.project_id,
        number=2,
        content={**version.content, "picture": {"key": "abc", "alt": "Red", "width": 1600, "height": 900}},
        **{name: getattr(version, name) for name in version._meta.db_fields if name.endswith("_pence")},
        frozen_at=version.frozen_at,
    )
    await Campaign.filter(id=campaign.id).update(version_id=made.id)
    with_picture = await client.http.get(f"{path}/card.png")
    for answer in (drawn, with_picture):
        with Image.open(BytesIO(answer.content)) as image:
            assert (image.format, image.size) == ("PNG", (1200, 630))
        assert len(answer.content) < 600_000
    with Image.open(BytesIO(with_picture.content)) as image:
        pixel = image.convert("RGB").getpixel((600, 150))
        assert isinstance(pixel, tuple)
        red, green, blue = pixel
        assert (red > 150, green < 90, blue < 90) == (True, True, True)


@pytest.mark.parametrize(
    ("given", "drawn"),
    [("Café “Über” – £5", "Café “Über” – £5"), ("Swim 🏊 on", "Swim on"), ("Łódź Ŵ", "Lódź W"), ("日本", ""), ("", "")],
)
def test_the_picture_draws_what_its_typeface_has(given: str, drawn: str) -> None:
    assert social.drawable(given) == drawn


def test_long_words_never_leave_the_picture() -> None:
    facts = social.Facts("W" * 80, "P" * 80, "G" * 120, "Crowdfund Kent", 10_000, 90_000, 0, "until " + "x" * 90, 3)
    with Image.open(BytesIO(social.draw(facts, None))) as image:
        edge = image.convert("RGB").crop((social.WIDTH - 40, social.PICTURE_HEIGHT, social.WIDTH, social.HEIGHT))
        assert all(low == high >= 250 for low, high in ImageStat.Stat(edge).extrema)


async def test_only_the_box_may_stand_within_another_site(client: SiteClient) -> None:
    _, path = await running("Steps <b> & “rail”")
    box = await client.get(f"{path}/widget")
    assert "frame-ancestors *" in box.headers["content-security-policy"]
    assert "default-src 'self'" in box.headers["content-security-policy"]
    assert not box.forms
    assert not box.root.all("script")
    assert {a.attrs["target"] for a in box.root.all("a")} == {"_blank"}
    kept = await client.http.get(f"{path}/widget", headers={"If-None-Match": box.headers["etag"]})
    assert "frame-ancestors *" in kept.headers["content-security-policy"]
    for name in ("", "/spread", "/poster/a4"):
        answer = await client.http.get(f"{path}{name}")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    page = await client.get(f"{path}/spread")
    code = next(node for node in page.root.all("textarea")).text
    assert "<b>" not in code


async def test_what_was_declared_for_more_money_is_shown_with_what_is_reached(client: SiteClient) -> None:
    project = await make.project(title="Steps with extras", cost_pence=600_000)
    owner = await make.owner_of(project.group_id)
    await services.add_extra(project.id, owner, words="A second rail", amount_pence=50_000)
    await services.add_extra(project.id, owner, words="A bench", amount_pence=20_000)
    campaign = await make.campaign(of=project)
    await pot_make.card_pledge(campaign, 630_000)
    page = await client.get(f"/projects/{project.slug}")
    assert page.rows("If more is raised") == [["A bench", "£200", "Reached"], ["A second rail", "£500", "Not yet"]]
    assert "A bench beside the pool." in page.main  # the words about too much stay
