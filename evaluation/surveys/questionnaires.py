"""Every question that is asked, in one place. Pure.

Another wording is another question to whoever answers: change words, and raise the VERSION of that questionnaire. Rounds keep
the version that they were asked with, and figures say which question they are about, so that keys never change their meaning.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from evaluation.surveys.kinds import SurveyKind, Variant

NOT_SAID: Final = "not said"
LONGEST_WORDS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to choose: what is kept, and its words. Keys hold no comma."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question. Without `answers` it asks for words, which may be left empty; `many`: any of the answers, or none.

    `variants`: of which campaigns it is asked; empty for all.
    """

    key: str
    words: str
    answers: tuple[Answer, ...] = ()
    many: bool = False
    hint: str = ""
    variants: tuple[Variant, ...] = ()

    @property
    def is_words(self) -> bool:
        """Free text: personal, read by officers, never published."""
        return not self.answers

    @property
    def is_needed(self) -> bool:
        """One of its answers must be chosen; each such question has one for those who can't say."""
        return bool(self.answers) and not self.many

    @property
    def names(self) -> Mapping[str, str]:
        """The words of each answer, by its key."""
        return {one.key: one.words for one in self.answers}


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The questions of one kind, with the version of their wording."""

    kind: SurveyKind
    version: int
    name: str  # to officers and in the report
    title: str  # to whoever answers
    minutes: int
    questions: tuple[Question, ...]

    def of(self, variant: Variant) -> tuple[Question, ...]:
        """The questions that fit."""
        return tuple(one for one in self.questions if not one.variants or variant in one.variants)

    def question(self, key: str) -> Question:
        """One of them; KeyError for a key that is none."""
        return next(one for one in self.questions if one.key == key)


def _answers(*pairs: tuple[str, str]) -> tuple[Answer, ...]:
    return tuple(Answer(key, words) for key, words in pairs)


_FUNDED: Final = (Variant.MATCHED, Variant.CROWD)
_WORDS: Final = Question(
    "words", "Is there anything else that we should know?", hint="You can leave this empty. Please name nobody."
)
PROJECT: Final = Questionnaire(
    SurveyKind.PROJECT,
    1,
    "Groups, when it is over",
    "How it went, looking back",
    3,
    (
        Question(
            "without_match",
            "Would your project have gone ahead without the money that KCC or another fund added?",
            _answers(
                ("yes", "Yes, just the same"),
                ("smaller", "Yes, but smaller"),
                ("later", "Yes, but later"),
                ("no", "No"),
                ("unsure", "We can’t say"),
            ),
            variants=(Variant.MATCHED,),
        ),
        Question(
            "unlocked",
            "What did that money bring about, besides itself?",
            _answers(
                ("money", "Other money or gifts"),
                ("people", "More people who take part"),
                ("volunteers", "More volunteers"),
                ("place", "A place to use, or a permission"),
                ("partners", "Links with other groups or with the Council"),
                ("skills", "Skills that we did not have"),
                ("nothing", "Nothing else"),
            ),
            many=True,
            hint="Choose all that fit.",
            variants=(Variant.MATCHED,),
        ),
        Question(
            "anyway",
            "Your campaign did not bring in what it needed. Did the project go ahead all the same?",
            _answers(
                ("yes", "Yes, as planned"),
                ("smaller", "Yes, but smaller"),
                ("later", "Not yet, but it will"),
                ("no", "No"),
                ("unsure", "We can’t say yet"),
            ),
            variants=(Variant.MISSED,),
        ),
        Question(
            "effort",
            "Was what we asked of you in keeping with the money?",
            _answers(
                ("less", "You could have asked more"),
                ("right", "It was about right"),
                ("much", "It was too much"),
                ("unsure", "We can’t say"),
            ),
        ),
        _WORDS,
    ),
)
YEAR: Final = Questionnaire(
    SurveyKind.YEAR,
    1,
    "Groups, twelve months on",
    "Your project, a year later",
    2,
    (
        Question(
            "going",
            "Twelve months on, is what the project began still going?",
            _answers(
                ("more", "Yes, and it has grown"),
                ("yes", "Yes, as it was"),
                ("less", "Yes, but there is less of it"),
                ("paused", "It has stopped for now"),
                ("no", "No"),
                ("unsure", "We can’t say"),
            ),
        ),
        Question(
            "people",
            "Compared with the time before the project, how many people help to run your group?",
            _answers(("more", "More"), ("same", "As many"), ("fewer", "Fewer"), ("unsure", "We can’t say")),
        ),
        _WORDS,
    ),
)
BACKER: Final = Questionnaire(
    SurveyKind.BACKER,
    1,
    "Backers",
    "Three short questions about your pledge",
    1,
    (
        Question(
            "without_match",
            "Would you have pledged if no council or fund had added money?",
            _answers(
                ("same", "Yes, as much"),
                ("less", "Yes, but less"),
                ("no", "No"),
                ("unknown", "I did not know that money was added"),
                ("unsure", "I can’t say"),
            ),
            variants=(Variant.MATCHED,),
        ),
        Question(
            "first",
            "Was this the first time that you gave money to something near you?",
            _answers(("yes", "Yes"), ("no", "No"), ("unsure", "I can’t say")),
        ),
        Question(
            "again",
            "Would you back a local project here again?",
            _answers(("yes", "Yes"), ("maybe", "Perhaps"), ("no", "No"), ("unsure", "I can’t say")),
        ),
        _WORDS,
    ),
)
CURRENT: Final[Mapping[SurveyKind, Questionnaire]] = {one.kind: one for one in (PROJECT, YEAR, BACKER)}
# every version that somebody was asked with; an old one stays here
ALL: Final[Mapping[tuple[SurveyKind, int], Questionnaire]] = {(one.kind, one.version): one for one in CURRENT.values()}


def _sheet(key: str, words: str, *pairs: tuple[str, str]) -> Question:
    return Question(key, words, (*_answers(*pairs), Answer(NOT_SAID, "Prefer not to say")))


# equality monitoring (domain.md, section 4): of whoever answered, in numbers only, and apart from all the rest
ABOUT_YOU: Final[Sequence[Question]] = (
    _sheet(
        "age",
        "How old are you?",
        ("under 25", "Under 25"),
        ("25 to 44", "25 to 44"),
        ("45 to 64", "45 to 64"),
        ("65 or over", "65 or over"),
    ),
    _sheet("sex", "What is your sex?", ("female", "Female"), ("male", "Male")),
    _sheet(
        "disability",
        "Do you have a condition or illness that has lasted, or will last, 12 months or more?",
        ("limits a lot", "Yes, and it limits what I do a lot"),
        ("limits a little", "Yes, and it limits what I do a little"),
        ("does not limit", "Yes, and it does not limit what I do"),
        ("none", "No"),
    ),
    _sheet(
        "ethnic group",
        "What is your ethnic group?",
        ("Asian", "Asian or Asian British"),
        ("Black", "Black, Black British, Caribbean or African"),
        ("mixed", "Mixed or multiple ethnic groups"),
        ("White British", "White: English, Welsh, Scottish, Northern Irish or British"),
        ("White other", "White: Irish, Gypsy, Traveller, Roma or any other"),
        ("other", "Another ethnic group"),
    ),
    _sheet(
        "religion",
        "What is your religion or belief?",
        ("none", "None"),
        ("Christian", "Christian"),
        ("other", "Another religion or belief"),
    ),
    _sheet(
        "orientation",
        "Which of these describes your sexual orientation?",
        ("straight", "Straight or heterosexual"),
        ("gay or lesbian", "Gay or lesbian"),
        ("bi", "Bisexual"),
        ("other", "Another"),
    ),
)
