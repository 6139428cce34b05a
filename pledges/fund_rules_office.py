"""Officers' pages of a fund's dated rules: typed, read as everybody will read them, then recorded for good."""

from functools import partial
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crowdfund_kent.accounts.access import page
from crowdfund_kent.accounts.roles import Role
from crowdfund_kent.answering import done, tried
from crowdfund_kent.clock import business_today
from crowdfund_kent.errors import Refused
from crowdfund_kent.templating import CSRF_FIELD
from pledges import funds
from pledges.fund_office import BOTH, OFFICERS, form_page, fund_of, office_path
from pledges.fund_queries import objectives_of, rules_on
from pledges.fund_rules_forms import RulesForm
from pledges.fund_scope import MOST_VARIANTS
from pledges.fund_told import VARIANT_COLUMNS, tell
from pledges.models import FundRules

# what a button asks for besides a look: room for another variant, the form again, or to record the rules
MORE, BACK, RECORD = "more", "back", "record"


async def add_rules(request: Request) -> Response:
    """GET and POST /staff/funds/{slug}/rules: POST shows how the rules read, and asks before they are recorded."""
    fund = await fund_of(request, Role.FUND_OFFICER)
    today = business_today()
    try:
        initial = RulesForm.initial(await rules_on(fund.id, max(today, fund.starts_on)), today)
    except Refused:  # a fund without any rules yet begins with the scheme's usual ones
        usual = FundRules(fund_id=fund.id, applies_from=today, **funds.Rules().as_columns())
        initial = RulesForm.initial(usual, max(today, fund.starts_on))
    form = await RulesForm.of(request, **initial)
    objectives = {one.id: one.name for one in await objectives_of(fund.objective_list)}
    form.objective_ids.choices = list(objectives.items())
    sent = await request.form() if request.method == "POST" else FormData()
    then = sent.get("then", "")
    if request.method == "POST" and then not in (MORE, BACK) and form.validate():
        if then != RECORD:
            typed = FundRules(fund_id=fund.id, applies_from=form.applies_from.data, **form.rules().as_columns())
            context = {
                "told": tell(fund, typed, objectives),
                "variant_columns": VARIANT_COLUMNS,
                "sent": [(name, value) for name, value in sent.multi_items() if name not in (CSRF_FIELD, "then")],
            }
            return form_page(request, "office_rules_preview.html", fund, form, **context)
        work = partial(funds.set_rules, fund.id, form.rules(), form.applies_from.data, request.state.actor)
        if await tried(form, work, "applies_from"):
            return await done(request, office_path(fund), "The new rules are recorded")
    return form_page(
        request, "office_rules.html", fund, form, blocks=form.blocks(then == MORE), most_variants=MOST_VARIANTS
    )


ROUTES: Final[list[Route]] = [
    page("/staff/funds/{slug}/rules", add_rules, OFFICERS, name="staff_fund_rules", methods=BOTH),
]
