"""What the timetable asks of surveys. Rows say what is due: run twice, late or never, nobody is asked twice."""

from random import SystemRandom

from crowdfund_kent.clock import business_now, business_today
from crowdfund_kent.mail import Topic, choices
from evaluation.surveys import queries, services

AT_ONCE = 500  # one run of the timetable; the next one goes on


async def look() -> None:
    """Close what is over, ask who is to be asked, bring to mind what is near its last day."""
    today = business_today()
    for invitation_id in await queries.to_close(today):
        await services.close(invitation_id)
    await services.close_rounds()
    for due in await queries.groups_due(business_now()):
        await services.invite(due)
    backers = await queries.backers_due(business_now())
    wanted = await choices.who_wants([one.email for one in backers], Topic.QUESTIONS)
    asked = [one for one in backers if one.email in wanted][:AT_ONCE]
    SystemRandom().shuffle(
        asked
    )  # the order of invitations must tell nothing of whose they were, once nothing else does
    for due in asked:
        await services.invite(due)
    for invitation_id in (await queries.to_remind(today))[:AT_ONCE]:
        await services.remind(invitation_id)
