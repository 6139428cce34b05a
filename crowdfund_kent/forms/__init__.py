"""Forms: what people send, checked, with GOV.UK's components to draw it.

class PledgeForm(SiteForm):
    name = TextField("Your name", missing="Enter your name", longest=80)
    amount = MoneyField("How much?", missing="Enter an amount", least_pence=200, most_pence=1_000_000)

form = await PledgeForm.of(request)              # GET: initial values as keywords; POST: what was sent
if request.method == "POST" and form.validate():
    ... form.amount.data is whole pence ...
return render(request, "pledges/amount.html", {"form": form}, status=form.response_status)
"""

from crowdfund_kent.forms.choices import CheckboxesField, CheckboxField, Choice, RadiosField, SelectField
from crowdfund_kent.forms.fields import (
    CodeField,
    EmailField,
    FileField,
    GovField,
    HiddenField,
    NumberField,
    TextAreaField,
    TextField,
)
from crowdfund_kent.forms.money_and_days import DayField, MoneyField
from crowdfund_kent.forms.site_form import EXPIRED, ActionForm, Problem, SiteForm

__all__ = [
    "EXPIRED",
    "ActionForm",
    "CheckboxField",
    "CheckboxesField",
    "Choice",
    "CodeField",
    "DayField",
    "EmailField",
    "FileField",
    "GovField",
    "HiddenField",
    "MoneyField",
    "NumberField",
    "Problem",
    "RadiosField",
    "SelectField",
    "SiteForm",
    "TextAreaField",
    "TextField",
]
