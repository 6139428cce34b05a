"""The search form of the list."""

from typing import Final

from crowdfund_kent.forms import SelectField, SiteForm, TextField
from crowdfund_kent.geography import DISTRICTS
from pledges.public.search import LONGEST, SORTS, SORTS_OF_SEARCH, STATES, Wanted

_SORTED: Final = [("", "Ends soon first"), *SORTS.items()]
_SORTED_FOUND: Final = [("", "Best match first"), *SORTS_OF_SEARCH.items()]


class ListForm(SiteForm):
    """What is looked for. A GET form: its answers are the address."""

    search = TextField("Title, place or group", longest=LONGEST)
    district = SelectField("District", empty="All of Kent", choices=[(one.code, one.name) for one in DISTRICTS])
    objective = SelectField("What it is for", empty="Anything")
    state = SelectField("State", empty="Any state", choices=[(key, words) for key, (words, _) in STATES.items()])
    sort = SelectField("Order", empty=None, choices=_SORTED)

    @classmethod
    def showing(cls, asked: Wanted, objectives: dict[str, str]) -> "ListForm":
        """The form with what was asked for filled in."""
        form = cls(
            None,
            guarded=False,
            search=asked.search,
            district=asked.district,
            objective=asked.objective,
            state=asked.state,
            sort=asked.sort,
        )
        form.objective.choices = list(objectives.items())
        form.sort.choices = _SORTED_FOUND if asked.search else _SORTED
        return form
