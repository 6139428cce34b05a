"""Forms of a fund's own words: its questions and its terms."""

from crowdfund_kent.forms import CheckboxField, DayField, NumberField, SiteForm, TextAreaField, TextField
from pledges.fund_words import LEAST_WORDS, MOST_WORDS, TERMS_LONGEST, Asked


class QuestionForm(SiteForm):
    """A question for groups that ask this fund."""

    words = TextField(
        "What do you ask?",
        missing="Enter the question",
        longest=200,
        hint="One question in plain words, such as “Who will feel better for it, and how will you know?”",
    )
    hint = TextField("A hint under it, if it helps", longest=300)
    most_words = NumberField(
        "Longest answer",
        missing="Enter a number of words, like 150",
        least=LEAST_WORDS,
        most=MOST_WORDS,
        suffix="words",
    )
    needed = CheckboxField("Every group must answer it")

    def asked(self) -> Asked:
        """What was sent, valid."""
        return Asked(self.words.data, self.hint.data or "", self.most_words.data, self.needed.data)


class TermsForm(SiteForm):
    """The words that a group accepts with an offer."""

    applies_from = DayField("Terms apply from", missing="Enter the day from which the terms apply")
    body = TextAreaField(
        "The terms",
        missing="Enter the terms",
        rows=18,
        longest=TERMS_LONGEST,
        count=False,
        hint="Plain words and short sentences: light conditions, not a contract. An empty line begins a paragraph. A line"
        " that begins with - is an item of a list.",
    )
