"""Other rules to replay a signed list under. A GET form: its answers are the address, and nothing is written."""

from typing import Final

from crowdfund_kent.forms import MoneyField, NumberField, SiteForm
from panel.what_if import Changes

PERCENT_BP: Final = 100


class WhatIfForm(SiteForm):
    """Each field left empty stays as it was on that day."""

    least_backers = NumberField("Different backers first", least=0, most=1_000)
    least_raised = NumberField("Pledged by the crowd first", least=0, most=100, suffix="% of the target")
    max_share = NumberField("Most for one project", least=0, most=100, suffix="% of the target")
    max_amount = MoneyField("Largest amount for one project", least_pence=0)
    combined_share = NumberField("All public money together", least=0, most=100, suffix="% of the target")
    pot = MoneyField(
        "In the pot before the list", least_pence=0, hint="It falls on the sources as what was left in them."
    )
    pass_mark = NumberField("Needed to pass", least=0, most=100, suffix="% of all points")

    def changes(self) -> Changes:
        """What was sent, valid."""

        def share(value: int | None) -> int | None:
            return None if value is None else value * PERCENT_BP

        return Changes(
            least_backers=self.least_backers.data,
            least_raised_bp=share(self.least_raised.data),
            max_share_bp=share(self.max_share.data),
            max_amount_pence=self.max_amount.data,
            combined_share_bp=share(self.combined_share.data),
            pot_pence=self.pot.data,
            pass_bp=share(self.pass_mark.data),
        )
