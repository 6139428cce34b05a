"""Officers' pages of a fund's dated rules."""

from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Refused
from pledges import funds
from pledges.fund_office import BOTH, OFFICERS, form_page, fund_of, office_path
from pledges.fund_queries import objectives_of, rules_on
from pledges.fund_rules_forms import RulesForm
from pledges.fund_scope import MOST_VARIANTS
from projects.routes.common import done, tried

MORE: Final = "more"  # the second button: room for another variant, nothing is saved


async def add_rules(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/rules."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    today = business_today()
    try:
        initial = RulesForm.initial(await rules_on(fund.id, max(today, fund.starts_on)), today)
    except Refused:  # a fund without any rules yet
        initial = {"applies_from": max(today, fund.starts_on)}
    form = await RulesForm.of(request, **initial)
    form.objective_ids.choices = [(one.id, one.name) for one in await objectives_of(fund.objective_list)]
    more = request.method == "POST" and (await request.form()).get("then") == MORE
    if request.method == "POST" and not more and form.validate():
        work = partial(funds.set_rules, fund.id, form.rules(), form.applies_from.data, request.state.actor)
        if await tried(form, work, "applies_from"):
            return await done(request, office_path(fund), "The new rules are recorded")
    return form_page(request, "office_rules.html", fund, form, blocks=form.blocks(more), most_variants=MOST_VARIANTS)


ROUTES: Final[list[Route]] = [
    page("/staff/funds/{slug}/rules", add_rules, OFFICERS, name="staff_fund_rules", methods=BOTH),
]
