"""The form of a fund's dated rules, with room for other numbers by place and size of group."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final

from wtforms.validators import ValidationError

from crowdfund_kent.clock import business_today
from crowdfund_kent.forms import (
    CheckboxesField,
    CheckboxField,
    DayField,
    MoneyField,
    NumberField,
    RadiosField,
    SelectField,
    SiteForm,
    TextAreaField,
    TextField,
)
from crowdfund_kent.forms.fields import GovField
from crowdfund_kent.geography import DISTRICTS
from pledges.fund_forms import LARGEST_PENCE
from pledges.fund_scope import EXCLUSION_LONGEST, MOST_EXCLUSIONS, MOST_VARIANTS, NAME_LONGEST, Variant, why_not
from pledges.fund_scope import variants_of as stored_variants
from pledges.funds import Rules
from pledges.kinds import PlaceKind
from pledges.models import FundRules
from projects.forms.groups import sentence
from projects.kinds import LegalForm

# the three ways in which a fund decides, and what fund_rules.between_rounds_pence is for each
NO_ROUNDS, ROUNDS_ONLY, UP_TO = "no rounds", "rounds only", "up to"
PLACES: Final = {
    PlaceKind.DEPRIVED: "Deprived places",
    PlaceKind.RURAL: "Rural places",
    PlaceKind.COASTAL: "Places on the coast",
}
_WIDE: Final = "govuk-input--width-10"


class RulesForm(SiteForm):
    """Rules of a fund from a day on. Shares are whole percents. The fields of variants are added below, numbered from 1."""

    applies_from = DayField("Rules apply from", missing="Enter the day from which the rules apply")
    max_share = NumberField(
        "Largest share of a target",
        missing="Enter a share, like 50",
        most=100,
        suffix="%",
    )
    max_amount = MoneyField(
        "Largest amount for one project",
        missing="Enter an amount, like 20,000",
        most_pence=LARGEST_PENCE,
        classes=_WIDE,
    )
    combined_share = NumberField(
        "Largest share for all public money together",
        missing="Enter a share, like 65",
        most=100,
        suffix="%",
    )
    least_backers = NumberField(
        "Different backers needed first",
        missing="Enter a number of backers, like 20",
        most=10_000,
        hint="Each person counts once, by e-mail and card. A fund is never the first to pledge.",
    )
    least_raised = NumberField(
        "Share of the target that the crowd pledges first",
        missing="Enter a share, like 10",
        most=100,
        suffix="%",
    )
    area = CheckboxesField(
        "Which districts does it work in?",
        choices=[(one.code, one.name) for one in DISTRICTS],
        hint="Tick none for all of Kent.",
        classes="govuk-checkboxes--small",
    )
    group_kinds = CheckboxesField(
        "Which kinds of group is it for?",
        choices=[(str(kind), sentence(kind)) for kind in LegalForm],
        hint="Tick none for every kind.",
        classes="govuk-checkboxes--small",
    )
    objective_ids = CheckboxesField(
        "Which objectives does it support?",
        hint="Tick none for all of the list.",
        classes="govuk-checkboxes--small",
    )
    revenue_only = CheckboxField("This fund pays for running costs only, not for things that last")
    exclusions = TextAreaField(
        "What does it never pay for?",
        rows=6,
        longest=MOST_EXCLUSIONS * EXCLUSION_LONGEST,
        count=False,
        hint="One plain sentence on each line, such as “Events for members only.” Groups say that each is not so of theirs.",
    )
    decided = RadiosField(
        "When are awards decided?",
        missing="Choose when awards are decided",
        choices=[
            (NO_ROUNDS, "At any time: this fund has no rounds"),
            (ROUNDS_ONLY, "In rounds only"),
            (UP_TO, "In rounds, and smaller awards also in between"),
        ],
    )
    between_rounds = MoneyField(
        "Largest award decided between rounds",
        hint="Only where smaller awards are decided in between.",
        most_pence=LARGEST_PENCE,
        classes=_WIDE,
    )
    instalments_over = MoneyField(
        "Pay in two parts above",
        hint="Leave empty to pay every award all at once. The rest comes once the group’s interim report is accepted.",
        least_pence=0,
        most_pence=LARGEST_PENCE,
        classes=_WIDE,
    )
    overdue_stops = CheckboxField(
        "A group that owes an overdue report gets no further award or payment of this fund until it has sent it"
    )
    first_part = NumberField("The first part, if it is paid in two", least=1, most=99, suffix="%")
    decision_working_days = NumberField(
        "Working days to decide",
        missing="Enter a number of working days, like 20",
        least=1,
        most=365,
        suffix="days",
    )
    days_to_accept = NumberField(
        "Days to accept an offer",
        missing="Enter a number of days, like 20",
        least=1,
        most=365,
        suffix="days",
    )
    why = TextField(
        "Where the rules come from",
        missing="Enter the decision or paper the rules come from",
        longest=300,
        hint="Shown on the fund's public page.",
    )

    def validate_applies_from(self, field: DayField) -> None:
        """The service says the same: here it is said before anybody reads the rules once more."""
        if field.data < business_today():
            raise ValidationError("Rules apply from today or a later day: a past decision keeps the rules of its day.")

    def validate_exclusions(self, field: TextAreaField) -> None:
        """So many sentences, each short enough to be read."""
        lines = sentences(field.data)
        if len(lines) > MOST_EXCLUSIONS:
            raise ValidationError(f"Enter {MOST_EXCLUSIONS} sentences or fewer, one on each line")
        if long := next((line for line in lines if len(line) > EXCLUSION_LONGEST), None):
            raise ValidationError(
                f"The sentence that begins “{long[:30]}” must be {EXCLUSION_LONGEST} characters or fewer"
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Also the amount that one of the answers needs, and of each variant: whole, or empty."""
        right = super().validate(extra_validators)
        if self.decided.data == UP_TO and not self.between_rounds.data and not self.between_rounds.errors:
            self.refuse("Enter the largest award that is decided between rounds, like 1,000", "between_rounds")
            right = False
        for number in range(1, MOST_VARIANTS + 1):
            if self._is_given(number) and not self._errors_of(number) and (wrong := why_not(self._variant(number))):
                self.refuse(wrong, f"variant{number}_name")
                right = False
        return right

    @staticmethod
    def initial(rules: FundRules, today: date) -> dict[str, object]:
        """What the form begins with: the rules in force, from today."""
        between = rules.between_rounds_pence
        found: dict[str, object] = {
            "applies_from": today,
            "max_share": rules.max_share_bp // 100,
            "max_amount": rules.max_amount_pence,
            "combined_share": rules.combined_share_bp // 100,
            "least_backers": rules.least_backers,
            "least_raised": rules.least_raised_bp // 100,
            "area": rules.area,
            "group_kinds": rules.group_kinds,
            "objective_ids": [str(one) for one in rules.objective_ids],
            "revenue_only": rules.revenue_only,
            "exclusions": "\n".join(rules.exclusions),
            "decided": NO_ROUNDS if between is None else UP_TO if between else ROUNDS_ONLY,
            "between_rounds": between or None,
            "days_to_accept": rules.days_to_accept,
            "decision_working_days": rules.decision_working_days,
            "instalments_over": rules.instalments_over_pence,
            "first_part": rules.first_part_bp // 100,
            "overdue_stops": rules.overdue_stops,
        }
        for number, one in enumerate(stored_variants(rules.variants), 1):
            found |= {f"variant{number}_{name}": value for name, value in _typed(one).items()}
        return found

    def rules(self) -> Rules:
        """What was sent, valid."""
        between = {NO_ROUNDS: None, ROUNDS_ONLY: 0, UP_TO: self.between_rounds.data}[self.decided.data]
        return Rules(
            max_share_bp=self.max_share.data * 100,
            max_amount_pence=self.max_amount.data,
            combined_share_bp=self.combined_share.data * 100,
            least_backers=self.least_backers.data,
            least_raised_bp=self.least_raised.data * 100,
            revenue_only=self.revenue_only.data,
            days_to_accept=self.days_to_accept.data,
            decision_working_days=self.decision_working_days.data,
            why=self.why.data,
            area=tuple(self.area.data or ()),
            group_kinds=tuple(self.group_kinds.data or ()),
            objective_ids=tuple(int(one) for one in self.objective_ids.data or ()),
            exclusions=tuple(sentences(self.exclusions.data)),
            variants=tuple(self._variant(number) for number in range(1, MOST_VARIANTS + 1) if self._is_given(number)),
            between_rounds_pence=between,
            instalments_over_pence=self.instalments_over.data,
            first_part_bp=(self.first_part.data or 70) * 100,
            overdue_stops=bool(self.overdue_stops.data),
        )

    def blocks(self, more: bool = False) -> list[tuple[int, Sequence[GovField]]]:
        """The variants to show: those filled in, with one empty place where there is none yet or `more` was asked for."""
        numbers = [
            number for number in range(1, MOST_VARIANTS + 1) if self._is_given(number) or self._errors_of(number)
        ]
        last = numbers[-1] if numbers else 0
        if (more or not numbers) and last < MOST_VARIANTS:
            last += 1
        return [(number, self._fields_of(number)) for number in range(1, last + 1)]

    def _fields_of(self, number: int) -> list[Any]:
        return [self[f"variant{number}_{name}"] for name in _VARIANT_FIELDS]

    def _is_given(self, number: int) -> bool:
        return any(field.given for field in self._fields_of(number))

    def _errors_of(self, number: int) -> bool:
        return any(field.errors or field.process_errors for field in self._fields_of(number))

    def _variant(self, number: int) -> Variant:
        sent = {name: self[f"variant{number}_{name}"].data for name in _VARIANT_FIELDS}
        share, raised = sent["max_share"], sent["least_raised"]
        return Variant(
            name=sent["name"] or "",
            place=PlaceKind(sent["place"]) if sent["place"] else None,
            most_income_pence=sent["most_income"],
            least_backers=sent["least_backers"],
            least_raised_bp=None if raised is None else raised * 100,
            max_share_bp=None if share is None else share * 100,
            max_amount_pence=sent["max_amount"],
        )


def sentences(text: str | None) -> list[str]:
    """The lines of what was typed, without those that are empty."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _typed(one: Variant) -> dict[str, object]:
    """A variant as its fields hold it."""
    return {
        "name": one.name,
        "place": one.place.value if one.place else None,
        "most_income": one.most_income_pence,
        "max_share": None if one.max_share_bp is None else one.max_share_bp // 100,
        "max_amount": one.max_amount_pence,
        "least_backers": one.least_backers,
        "least_raised": None if one.least_raised_bp is None else one.least_raised_bp // 100,
    }


_VARIANT_FIELDS: Final[dict[str, Callable[[], GovField]]] = {
    "name": lambda: TextField(
        "Name, as it is published", longest=NAME_LONGEST, hint="Such as “Small groups on the coast”."
    ),
    "place": lambda: SelectField(
        "For places of which kind?", empty="Any place", choices=[(kind.value, words) for kind, words in PLACES.items()]
    ),
    "most_income": lambda: MoneyField(
        "For groups with a yearly income up to",
        hint="Leave empty for groups of any size.",
        most_pence=LARGEST_PENCE,
        classes=_WIDE,
    ),
    "max_share": lambda: NumberField("Largest share of a target, instead", most=100, suffix="%"),
    "max_amount": lambda: MoneyField(
        "Largest amount for one project, instead", most_pence=LARGEST_PENCE, classes=_WIDE
    ),
    "least_backers": lambda: NumberField("Different backers needed first, instead", most=10_000),
    "least_raised": lambda: NumberField("Share that the crowd pledges first, instead", most=100, suffix="%"),
}
for _number in range(1, MOST_VARIANTS + 1):
    for _name, _make in _VARIANT_FIELDS.items():
        setattr(RulesForm, f"variant{_number}_{_name}", _make())
