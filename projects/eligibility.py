"""Five plain questions before anything else, and one answer. Pure.

What is left out comes first (domain.md, section 2): nobody types a word for a project that can't be here. An answer is
"yes", "no, because", or "ask us": where a person has to look, the page says so instead of guessing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from crowdfund_kent.geography import DISTRICTS, is_district
from crowdfund_kent.money import pounds
from projects import asked
from projects.kinds import LegalForm

NONE: Final = "none"
NOT_SURE: Final = "not-sure"
WRITING_MINUTES: Final = 30
PAPER_MINUTES: Final = 5


class Verdict(StrEnum):
    """The one answer, in the words of the page."""

    YES = "Yes"
    NO = "No"
    ASK = "Ask us"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `no`: why this ends it; `ask`: why a person has to look; `note`: good to know, with a yes."""

    key: str
    words: str
    hint: str = ""
    no: str = ""
    ask: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One page: its key in the address, what it asks, and what may be chosen. `drop_down`: many short choices.

    `missing`: what to do where nothing was chosen.
    """

    key: str
    words: str
    short: str
    options: Sequence[Option]
    missing: str
    hint: str = ""
    drop_down: bool = False

    def option(self, key: str | None) -> Option | None:
        """The option of a key; None for nothing and for what was never offered."""
        return next((one for one in self.options if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the rules say that an officer can change: in pence, and whether every open fund leaves something out."""

    least_target_pence: int = 25_000
    pays_for_things_that_last: bool = True
    papers: asked.Limits = field(default_factory=asked.Limits)


@dataclass(frozen=True, slots=True)
class Answer:
    """The end of the questions. `because` is whole sentences; `papers` will be asked.

    `writing_minutes` and `paper_minutes` (where they are at hand) are an honest time, on a phone.
    """

    verdict: Verdict
    because: Sequence[str]
    notes: Sequence[str] = ()
    papers: Sequence[asked.Asked] = ()
    writing_minutes: int = WRITING_MINUTES

    @property
    def paper_minutes(self) -> int:
        """What the papers take besides."""
        return PAPER_MINUTES * len(self.papers)


_MEDWAY: Final = "Medway has a council of its own, and Crowdfund Kent is Kent County Council’s. Ask Medway Council."
_UNSURE: Final = "You are not sure, and that is what we are there for: a short talk saves you the work."

EXCLUDED: Final = Question(
    "thing",
    "Is your project any of these?",
    "Any of the things that can’t be here",
    (
        Option(
            "profit",
            "It makes money for a person or a business",
            no="Money from neighbours and from the Council is never for private gain.",
        ),
        Option(
            "party",
            "It helps a political party or a candidate",
            no="The scheme has no part in party politics.",
        ),
        Option(
            "faith",
            "It spreads a faith or a belief that leaves others out",
            hint="A lunch club in a church hall that is open to everybody is fine: choose “None of these”",
            no="The scheme can’t promote a faith or an ideology that is not open to everybody.",
        ),
        Option(
            "closed",
            "Some people may not take part because of who they are",
            hint="A project for one age group, or for carers, or for deaf people, is fine: choose “None of these”",
            no="A project here leaves nobody out because of who they are.",
        ),
        Option(
            "duty",
            "A council, school or hospital has to provide it anyway",
            hint="Like mending a road, or lessons that every pupil must have",
            no="What the law asks a public body to provide is paid for by that body, not by neighbours.",
        ),
        Option(
            "team",
            "It is run by a team of a council",
            no="A council’s own teams can’t raise money here. A group of residents whom they help can.",
        ),
        Option(
            "again",
            "It is a project that met its target here before",
            no="A project is funded once. A new project of the same group is welcome.",
        ),
        Option(
            "event",
            "It is one large event, like a festival for thousands",
            ask="Funds do not add to large events. You may still raise money from neighbours: let us talk about what fits.",
        ),
        Option("lasts", "It is only about buying or building things that last", hint="Like a shed, a van or a stage"),
        Option(NONE, "None of these"),
        Option(NOT_SURE, "I am not sure", ask=_UNSURE),
    ),
    missing="Choose one, or “None of these”",
)
PLACE: Final = Question(
    "place",
    "Where will it happen?",
    "Where",
    (
        *(Option(one.code, one.name) for one in DISTRICTS),
        Option("several", "In several of these", note="You choose the district where most of it happens."),
        Option("medway", "Medway (Chatham, Gillingham, Rainham, Rochester, Strood)", no=_MEDWAY),
        Option(
            "elsewhere",
            "Somewhere else",
            no="Crowdfund Kent is for projects in the twelve districts of Kent County Council’s area.",
        ),
        Option(NOT_SURE, "I am not sure", ask="Tell us the place, and we look up whether it is in the Council’s area."),
    ),
    missing="Choose where it will happen",
    hint="Choose the district. It need not have one building: a walk or a choir happens somewhere too.",
    drop_down=True,
)
WHO: Final = Question(
    "who",
    "Who are you?",
    "Who you are",
    (
        Option("people", "One or two people with an idea", note="You don’t need a constitution or a committee."),
        Option(
            "group",
            "A group, club or association",
            hint="With or without written rules",
        ),
        Option("charity", "A registered charity or a charitable incorporated organisation"),
        Option(
            "company", "A community interest company, a community benefit society or a company limited by guarantee"
        ),
        Option("parish", "A parish or town council"),
        Option(
            "school",
            "A school or a parent-teacher association",
            note="It must be more than the school has to provide anyway.",
        ),
        Option(
            "business",
            "A business that pays its profit to its owners",
            no="A business can’t raise money here for itself. It can give, and it can help a group.",
        ),
        Option(NOT_SURE, "Something else, or I am not sure", ask="Tell us who you are: there is nearly always a way."),
    ),
    missing="Choose who you are",
)
COST: Final = Question(
    "cost",
    "About how much do you need to raise?",
    "How much",
    (
        Option("tiny", "", no=""),  # words and reason follow from the smallest target: see options_of()
        Option("small", "Up to £1,000"),
        Option("middle", "£1,000 to £5,000"),
        Option("large", "£5,000 to £20,000"),
        Option(
            "huge",
            "More than £20,000",
            note="Few groups raise so much from neighbours. A first part of the project may be a good start.",
        ),
        Option(NOT_SURE, "I don’t know yet", note="Write down what it costs as you go: your target follows from it."),
    ),
    missing="Choose about how much you need",
    hint="A guess is good enough. Take away money that you already have for it.",
)
WHEN: Final = Question(
    "when",
    "When do you want to spend the money?",
    "When",
    (
        Option(
            "past",
            "It is done or ordered already",
            no="Neighbours are asked before money is spent, not afterwards. Something new that follows may be right.",
        ),
        Option(
            "soon",
            "In the next three months",
            ask="It takes about two weeks to check, six to twelve weeks to raise the money and about two weeks to charge the"
            " cards. Three months are too short for most: let us talk about what could wait.",
        ),
        Option("year", "In three months to a year"),
        Option(
            "later",
            "In more than a year",
            ask="A project begins within three months of the money, and is done within a year. Let us find the right moment.",
        ),
        Option(NOT_SURE, "I don’t know yet", note="Allow four months from today until the money is there."),
    ),
    missing="Choose when you want to spend the money",
)
QUESTIONS: Final = (EXCLUDED, PLACE, WHO, COST, WHEN)

# what is asked of whom, for the list of papers: who they are, and the most of their band, half of it from KCC
_FORMS: Final = {
    "people": LegalForm.NAMED_PEOPLE,
    "charity": LegalForm.CHARITY,
    "company": LegalForm.CIC,
    "parish": LegalForm.PARISH,
    "school": LegalForm.SCHOOL,
}
_TARGETS: Final = {"small": 100_000, "middle": 500_000, "large": 2_000_000, "huge": 4_000_000}


def options_of(question: Question, scheme: Scheme) -> Sequence[Option]:
    """What may be chosen, with the amounts and reasons that follow from the scheme's settings."""
    least = pounds(scheme.least_target_pence)
    told = {
        ("cost", "tiny"): Option(
            "tiny",
            f"Less than {least}",
            no=f"A campaign here needs a target of {least} or more. For less, your parish or town council or your"
            " county councillor may help: ask them.",
        ),
        ("cost", "small"): Option("small", f"{least} to £1,000"),
        ("thing", "lasts"): Option(
            "lasts",
            "It is only about buying or building things that last",
            hint="Like a shed, a van or a stage",
            note="Some funds add only to what is used up, like hire, fees and paint. Neighbours may pay for anything."
            if scheme.pays_for_things_that_last
            else "",
            ask=""
            if scheme.pays_for_things_that_last
            else "No fund that is open now adds to things that last. Neighbours may pay for them: let us talk about it.",
        ),
    }
    return [told.get((question.key, one.key), one) for one in question.options]


def chosen(answers: Mapping[str, str], scheme: Scheme) -> Iterator[tuple[Question, Option]]:
    """Each question with its answer, up to the first that has none, or one that was never offered."""
    for question in QUESTIONS:
        found = next((one for one in options_of(question, scheme) if one.key == answers.get(question.key)), None)
        if found is None:
            return
        yield question, found


def next_question(answers: Mapping[str, str], scheme: Scheme) -> Question | None:
    """What to ask now; None when the answer is known: all five are answered, or one says no."""
    so_far = list(chosen(answers, scheme))
    if any(option.no for _, option in so_far):
        return None
    return QUESTIONS[len(so_far)] if len(so_far) < len(QUESTIONS) else None


def answer(answers: Mapping[str, str], scheme: Scheme) -> Answer:
    """The one answer. A "no" wins over "ask us", which wins over "yes". ValueError while a question is open."""
    if next_question(answers, scheme) is not None:
        raise ValueError("a question is open")
    options = [option for _, option in chosen(answers, scheme)]
    no = [one.no for one in options if one.no]
    if no:
        return Answer(Verdict.NO, no[:1])
    notes = [one.note for one in options if one.note]
    papers = papers_of(answers["who"], answers["cost"], scheme.papers)
    ask = [one.ask for one in options if one.ask]
    if ask:
        return Answer(Verdict.ASK, list(dict.fromkeys(ask)), notes, papers)
    return Answer(Verdict.YES, [], notes, papers)


def papers_of(who: str, cost: str, limits: asked.Limits) -> Sequence[asked.Asked]:
    """The papers that a group of this kind is asked for, where half of its target comes from KCC (domain.md, defaults).

    A project that needs a permission, or where children take part, is asked for one paper each besides: the page says so.
    """
    target = _TARGETS.get(cost, _TARGETS["middle"])
    line = asked.PricedLine(0, "your largest cost", min(target, limits.three_quotes_over_pence))
    facts = asked.Facts(target // 2, target, [line], _FORMS.get(who, LegalForm.UNINCORPORATED))
    largest = line.words
    return [replace(one, title=one.title.replace(f"“{largest}”", largest)) for one in asked.asked_of(facts, limits)]


def place_of(answers: Mapping[str, str]) -> str:
    """The district that was chosen, for the first page that asks again; empty for none."""
    code = answers.get("place", "")
    return code if is_district(code) else ""


def legal_form_of(answers: Mapping[str, str]) -> LegalForm | None:
    """What they are, where the answer says it exactly."""
    exact = {
        "people": LegalForm.NAMED_PEOPLE,
        "group": LegalForm.UNINCORPORATED,
        "parish": LegalForm.PARISH,
        "school": LegalForm.SCHOOL,
    }
    return exact.get(answers.get("who", ""))
