"""How the comparison is made, as it was written down: the words of the row that a migration registered. Pure.

Another comparison is another text, another migration and another row: what was registered is never changed.
"""

from hashlib import sha256
from typing import Final

NAME: Final = "match effect"
LEAST: Final = 10  # campaigns in a measure; of fewer nothing is shown
WINDOW_DAYS: Final = 14
DRAWS: Final = 2_000
SEED: Final = 20_210_301
LOWEST_BP, HIGHEST_BP = 7_500, 12_500  # of a matched campaign's target: which unmatched ones are comparable
WORDS: Final = (
    "Question: did campaigns raise more from their crowd because a match was promised? Groups were chosen by the funds,"
    " not drawn by lot, so that a difference is not proof. Compared are campaigns that were decided. Matched: a match"
    " pledge was accepted before the verdict. For each matched campaign the unmatched ones with a target between three"
    " quarters and five quarters of its own are comparable. First measure: the share of the target that the crowd alone"
    " had pledged by the verdict; the difference is the mean over matched campaigns of their own share less the mean share"
    " of their comparable ones; matched campaigns without any comparable one are left out and counted. Second measure:"
    " pledges a day in the 14 days before and in the 14 days after the day on which the first match was accepted, that day"
    " in neither, over matched campaigns that were open on all of these days. Third: the crowd's share of the target when"
    " the match was accepted. Intervals: 95%, percentile bootstrap over matched campaigns, 2000 draws, seed 20210301."
    " Fewer than 10 campaigns in a measure: too few to tell, and nothing is shown."
)
DIGEST: Final = sha256(WORDS.encode()).hexdigest()
