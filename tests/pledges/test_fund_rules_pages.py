"""Officers give a fund dated rules, questions and terms; what was used is never changed."""

from datetime import timedelta

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError, OperationalError

from crowdfund_kent.accounts.models import Person
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.audit import Actor
from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.database import transaction
from crowdfund_kent.errors import Conflict, Forbidden, NotFound, Refused
from crowdfund_kent.models import AuditRow
from panel.models import Pitch, PitchAnswer, Round
from pledges import fund_words, funds
from pledges.fund_queries import rules_on
from pledges.fund_scope import Variant, numbers_for
from pledges.fund_words import Asked
from pledges.kinds import PlaceKind
from pledges.models import FundQuestion, FundRules, FundTerms, MatchFund
from projects.models import Objective
from tests.accounts.make import sign_in
from tests.client import Page, SiteClient
from tests.pledges import pot_make as make

pytestmark = pytest.mark.usefixtures("db")

REFUSED = (OperationalError, IntegrityError, asyncpg.PostgresError)


async def officer_of(client: SiteClient) -> tuple[MatchFund, Actor, str]:
    """A fund, its officer at the browser, and the fund's page."""
    fund = await make.fund(1_000_000)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    assert officer.person_id is not None
    await sign_in(client, await Person.get(id=officer.person_id))
    return fund, officer, f"/staff/funds/{fund.slug}"


async def press(
    page: Page,
    form: str,
    then: str,
    *,
    typed: dict[str, object] | None = None,
    to: str | None = None,
    status: int = 200,
) -> Page:
    """Send a form with its second button."""
    sent = {**page.form(form).values, **(typed or {}), "then": then}
    return await page.client.post(page.form(form).action, sent, to=to, status=status)


async def answered(question: FundQuestion) -> None:
    """A group has begun to answer it."""
    campaign = await make.live_campaign()
    day = business_today()
    sitting = await Round.create(
        fund_id=question.fund_id,
        status="open",
        slug=f"round-{question.id}",
        name="Spring",
        opens_on=day,
        pitch_by=day,
        scores_by=day,
        meets_on=day,
        decide_by=day,
        created_at=business_now(),
    )
    pitch = await Pitch.create(
        status="draft",
        round_id=sitting.id,
        project_id=campaign.project_id,
        campaign_id=campaign.id,
        reference=f"Q-{question.id}",
        created_at=business_now(),
    )
    await PitchAnswer.create(pitch_id=pitch.id, question_id=question.id, words="Everybody.")


async def test_an_officer_says_where_for_whom_and_what_differs(client: SiteClient) -> None:
    fund, _, path = await officer_of(client)
    objective = await Objective.create(list_name="ours", name="Wellbeing", position=0)
    other = await Objective.create(list_name="theirs", name="Roads", position=0)
    page = await (await client.get(path)).follow("Add rules from a later day")
    form = page.form("rules")
    assert "Wellbeing" in page.main
    assert str(other.id) not in form.options("objective_ids")
    later = business_today() + timedelta(days=3)
    typed: dict[str, object] = {
        **{f"applies_from-{part}": getattr(later, part) for part in ("day", "month", "year")},
        "max_share": "60",
        "area": ["E07000114", "E07000108"],
        "group_kinds": ["registered charity"],
        "objective_ids": [str(objective.id)],
        "exclusions": "Events for members only.\n\n  Political campaigning. ",
        "decided": "up to",
        "between_rounds": "",
        "why": "Decision 26/00077",
        "variant1_name": "Small groups on the coast",
        "variant1_place": "coastal",
        "variant1_most_income": "10,000",
        "variant1_least_backers": "5",
    }
    page = await press(page, "rules", "more", typed=typed)
    assert page.form("rules").values["variant1_name"] == ["Small groups on the coast"]
    assert page.form("rules").values["area"] == ["E07000108", "E07000114"]
    page = await page.submit({"variant2_name": "The country"}, form="rules", status=422)
    assert page.errors == [
        "Enter the largest award that is decided between rounds, like 1,000",
        "Choose for which places or which size of group “The country” is",
    ]
    page = await page.submit(
        {"between_rounds": "1,000", "variant2_place": "rural", "variant2_max_share": "70"}, form="rules"
    )
    assert [row[0] for row in page.rows("Other numbers by place")] == [
        "Small groups on the coast places on the coast, groups with up to £10,000 a year",
        "The country rural places",
        "Everybody else",
    ]
    page = await page.submit(form="back")
    assert page.form("rules").values["exclusions"][0].split("\n")[-1].strip() == "Political campaigning."
    page = await page.submit({}, form="rules")
    page = await page.submit(form="record", to=path)
    assert "The new rules are recorded" in page.main
    rules = await rules_on(fund.id, later)
    assert (rules.area, rules.group_kinds) == (["E07000108", "E07000114"], ["registered charity"])
    assert (rules.objective_ids, rules.between_rounds_pence) == ([objective.id], 100_000)
    assert rules.exclusions == ["Events for members only.", "Political campaigning."]
    assert numbers_for(rules, ["coastal"], 1_000_000)[0].least_backers == 5
    assert numbers_for(rules, ["coastal", "rural"], 1_000_001) == (
        numbers_for(rules, ["rural"])[0],
        "The country",
    )
    assert (await rules_on(fund.id, business_today())).area == []  # today keeps the rules of today


async def test_the_form_begins_with_the_rules_in_force_and_sends_them_back_unchanged(client: SiteClient) -> None:
    fund, officer, path = await officer_of(client)
    small = Variant("Small", PlaceKind.DEPRIVED, 500_000, 0, 0, 7500, 300_000)
    rules = funds.Rules(
        area=("E07000105",),
        group_kinds=("unincorporated group",),
        exclusions=("Nothing that lasts.",),
        variants=(small,),
        between_rounds_pence=0,
        why="First",
    )
    tomorrow = business_today() + timedelta(days=1)
    first = await funds.set_rules(fund.id, rules, business_today(), officer)
    page = await client.get(f"{path}/rules")
    day = {f"applies_from-{part}": str(getattr(tomorrow, part)) for part in ("day", "month", "year")}
    page = await page.submit({**day, "why": "First"}, form="rules")
    await page.submit(form="record", to=path)
    second = await rules_on(fund.id, tomorrow)
    for name in rules.as_columns():
        assert getattr(second, name) == getattr(first, name), name


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"area": ["E06000035"]}, "Choose one of the answers offered for “Which districts does it work in?”"),
        ({"group_kinds": ["bank"]}, "Choose one of the answers offered for “Which kinds of group is it for?”"),
        ({"decided": "whenever"}, "Choose when awards are decided"),
        ({"variant1_name": "x", "variant1_place": "moon"}, "Choose one of the answers offered for “For places"),
        ({"variant1_name": "x", "variant1_place": "rural"}, "Enter at least one number that differs for “x”"),
        ({"variant1_least_backers": "4"}, "Enter a name of up to 60 characters for this variant"),
        ({"exclusions": "\n".join("abcdefghijklmnopqrstu")}, "Enter 20 sentences or fewer, one on each line"),
        ({"exclusions": "Long" * 51}, "The sentence that begins “LongLong"),
    ],
)
async def test_rules_that_nobody_could_follow_are_refused_in_words(
    client: SiteClient, sent: dict[str, object], said: str
) -> None:
    fund, _, path = await officer_of(client)
    page = await client.get(f"{path}/rules")
    values = {**page.form("rules").values, "why": "x", **sent}
    page = await client.post(f"{path}/rules", values, status=422)
    assert any(one.startswith(said) for one in page.errors), page.errors
    assert await FundRules.filter(fund_id=fund.id).count() == 1


@pytest.mark.parametrize(
    "rules",
    [
        funds.Rules(area=("E06000035",)),
        funds.Rules(group_kinds=("bank",)),
        funds.Rules(objective_ids=(999_999,)),
        funds.Rules(exclusions=(" ",)),
        funds.Rules(variants=(Variant("For nobody", least_backers=1),)),
        funds.Rules(
            variants=(
                Variant("Same", PlaceKind.RURAL, max_share_bp=1),
                Variant("same", most_income_pence=1, max_share_bp=1),
            )
        ),
        funds.Rules(between_rounds_pence=-1),
    ],
)
async def test_the_service_refuses_a_forged_scope(rules: funds.Rules) -> None:
    fund = await make.fund(1_000)
    officer = await make.person("Olu", Role.FUND_OFFICER, fund=fund)
    with pytest.raises(Refused) as refused:
        await funds.set_rules(fund.id, rules, business_today(), officer)
    assert refused.value.rule == "scope"


async def test_questions_are_added_ordered_changed_and_retired(client: SiteClient) -> None:
    fund, _, path = await officer_of(client)
    page = await (await client.get(path)).follow("The fund’s own questions")
    assert "This fund asks nothing of its own." in page.main
    for words in ("Who feels better?", "What lasts?"):
        page = await page.follow("Add a question")
        page = await page.submit({"words": "", "most_words": "9"}, status=422)
        assert page.errors == ["Enter the question", "Enter a number from 20 to 500"]
        page = await page.submit({"words": words, "most_words": "100"}, to=f"{path}/questions")
    page = await page.submit(form="Move question 2 up", to=f"{path}/questions")
    assert page.main.index("What lasts?") < page.main.index("Who feels better?")
    first, second = await fund_words.questions_of(fund.id)
    page = await client.get(f"{path}/questions/{first.id}")
    page = await page.submit({"words": second.words}, status=422)
    assert page.errors == ["This fund asks that question already."]
    page = await page.submit({"words": "What is left afterwards?"}, to=f"{path}/questions")
    page = await page.follow("Retire question 2")
    page = await page.submit(to=f"{path}/questions")
    assert page.rows("Questions that were retired")[0][0] == "Who feels better?"
    assert [one.words for one in await fund_words.questions_of(fund.id)] == ["What is left afterwards?"]
    events = await AuditRow.filter(subject__startswith="fund_question:").values_list("act", flat=True)
    assert {"fund question added", "fund question changed", "fund question retired"} <= set(events)


async def test_a_question_that_was_answered_is_frozen(client: SiteClient) -> None:
    fund, officer, path = await officer_of(client)
    question = await fund_words.add_question(fund.id, Asked("Who feels better?"), officer)
    page = await client.get(f"{path}/questions/{question.id}")
    await answered(question)
    listed = await client.get(f"{path}/questions")
    assert "answered once: its words stay" in listed.main or "answered 1 time" in listed.main
    assert f"{path}/questions/{question.id}" not in [href for _, href in listed.links]
    # the form of before, sent now
    page = await page.submit({"words": "Who pays?"}, status=422)
    assert page.errors == ["A group has answered this question, so its words stay. Retire it and add another."]
    # past the service, the table refuses
    with pytest.raises(REFUSED, match="frozen"):
        async with transaction():
            await FundQuestion.filter(id=question.id).update(words="Who pays?")
    await fund_words.retire_question(fund.id, question.id, officer)
    with pytest.raises(Conflict):
        await fund_words.retire_question(fund.id, question.id, officer)


async def test_questions_of_another_fund_are_not_found_and_need_the_role(client: SiteClient) -> None:
    fund, officer, path = await officer_of(client)
    theirs = await make.fund(1_000)
    other = await make.person("Ola", Role.FUND_OFFICER, fund=theirs)
    question = await fund_words.add_question(theirs.id, Asked("Whose?"), other)
    for end in ("", "/retire"):
        await client.get(f"{path}/questions/{question.id}{end}", status=404)
        await client.get(f"/staff/funds/{theirs.slug}/questions/{question.id}{end}", status=403)
    with pytest.raises(NotFound):
        await fund_words.retire_question(fund.id, question.id, officer)
    with pytest.raises(Forbidden):
        await fund_words.change_question(theirs.id, question.id, Asked("Mine?"), officer)
    for _ in range(fund_words.MOST_QUESTIONS - 1):
        await fund_words.add_question(theirs.id, Asked(f"Number {_}?"), other)
    with pytest.raises(Refused):
        await fund_words.add_question(theirs.id, Asked("One more?"), other)


async def test_terms_are_looked_at_recorded_and_never_changed(client: SiteClient) -> None:
    fund, officer, path = await officer_of(client)
    page = await (await client.get(path)).follow("The terms that groups accept")
    page = await page.follow("Write new terms")
    page = await page.submit({"body": ""}, status=422)
    assert page.errors == ["Enter the terms"]
    page = await page.submit({"body": "Tell us how it went.\n\n- within **a year**\n- in three sentences"})
    assert "within a year" in page.main
    assert "**" not in page.main
    page = await press(page, "terms", "back")
    assert page.form().values["body"][0].startswith("Tell us how it went.")
    page = await page.submit({})
    page = await press(page, "terms", "record", to=f"{path}/terms")
    assert "The new terms are recorded" in page.main
    now = await fund_words.terms_on(fund.id, business_today())
    assert now is not None
    assert now.entered_by_id == officer.person_id
    assert await fund_words.terms_on(fund.id, business_today() - timedelta(days=1)) is None
    page = await page.follow("Write new terms")
    page = await page.submit({"body": "Other words."})
    page = await press(page, "terms", "record", status=422)
    assert page.errors == ["This fund has terms from that day already. Choose a later day."]
    with pytest.raises(REFUSED, match="append-only"):
        async with transaction():
            await FundTerms.filter(id=now.id).update(body="Other words.")
    later = business_today() + timedelta(days=9)
    with pytest.raises(Refused, match="already"):
        await fund_words.set_terms(fund.id, now.body, later, officer)
    with pytest.raises(Refused, match="today or a later day"):
        await fund_words.set_terms(fund.id, "Earlier.", business_today() - timedelta(days=1), officer)
    await fund_words.set_terms(fund.id, "Other words.", later, officer)
    assert (await client.get(f"{path}/terms")).main.count("not yet in force") == 1
