"""Pages of costs: lines added once, changed, removed, and amounts that are none."""

import pytest

from projects.models import CostLine
from tests.client import SiteClient
from tests.projects import make
from tests.projects.group_pages import at_project, plain


async def test_a_line_sent_twice_from_one_page_is_one_line(client: SiteClient) -> None:
    project = await make.project()
    base = await at_project(client, project)
    form = (await client.get(f"{base}/lists/costs")).form()
    sent = {name: values[0] for name, values in form.values.items()} | {
        "words": "Paint", "amount": "20", "kind": "revenue"
    }  # fmt: skip
    for _ in range(2):
        page = await client.post(form.action, sent, to=f"{base}/lists/costs")
    assert page.rows("What it costs")[-1][1] == "£6,020.00"
    # another page has another key, so the same words may be a line of their own
    await page.submit({"words": "Paint", "amount": "20", "kind": "revenue"}, to=f"{base}/lists/costs")
    lines = await CostLine.filter(project_id=project.id, words="Paint")
    assert len(lines) == 2
    page = await client.get(f"{base}/lists/costs/{lines[0].id}/remove")
    token = page.form().values
    await page.submit({}, to=f"{base}/lists/costs")
    await client.post(f"{base}/lists/costs/{lines[0].id}/remove", token, to=f"{base}/lists/costs")
    assert await CostLine.filter(project_id=project.id, words="Paint").count() == 1


async def test_the_page_of_costs_says_what_cards_would_take_and_what_people_forget(client: SiteClient) -> None:
    project = await make.project(cost_pence=100_000)
    page = await client.get(f"{await at_project(client, project)}/lists/costs")
    assert "Cards would take about £22.80, and your group would get about £977.20" in page.text
    assert "insurance" in page.text
    plain(page)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "£0.01 or more"),
        ("1.999", "two figures after the point"),
        ("-5", "without a minus sign"),
        ("1e9", "figures 0 to 9"),
        ("", "Enter an amount"),
        ("９０", "figures 0 to 9"),
        ("1000001", "£1,000,000 or less"),
    ],
)
async def test_an_amount_that_is_none_is_refused_and_nothing_is_written(
    client: SiteClient, amount: str, words: str
) -> None:
    project = await make.project()
    base = await at_project(client, project)
    page = await client.get(f"{base}/lists/costs")
    page = await page.submit({"words": "Paint", "amount": amount, "kind": "revenue"}, status=422)
    assert words in page.errors[0]
    assert await CostLine.filter(project_id=project.id).count() == 1


async def test_a_line_is_changed_and_removed_and_the_target_follows(client: SiteClient) -> None:
    project = await make.project(cost_pence=100_000)
    base = await at_project(client, project)
    page = await client.get(f"{base}/lists/costs")
    page = await (await page.follow("Change Work")).submit({"amount": "1,200"}, to=f"{base}/lists/costs")
    assert page.summary["Target"].startswith("£1,200")
    page = await (await page.follow("Remove Work")).submit({}, to=f"{base}/lists/costs")
    assert page.summary["Target"].startswith("£0")
    assert "Your first cost" in page.text
