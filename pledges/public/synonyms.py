"""Plain words that mean the same to somebody who looks for a project. Each row: any of its words finds the others. Pure.

Kept short: a row is added when people look for something and do not find it, not because a dictionary has it. The words
are small, without accents or apostrophes; where the stemmer makes one of two (swing, swings), one is enough.
"""

from collections.abc import Iterable
from typing import Final

_ROWS: Final = """
playground, play park, play area, swings
skate park, skateboarding, skateboard, skaters, skating
football pitch, football, soccer
bike, bicycle, cycling, cycle, bmx
swimming pool, swimming, swim, lido, pool
older people, oap, pensioners, elderly, seniors, over 60s, over sixty, over seventy, retired
young people, youth, teenagers, teens, kids, children
toddlers, babies, baby, preschool, playgroup, new parents, mums, tots
disabled, disability, accessible, wheelchair, access for all
deaf, sign language, bsl
blind, sight loss, visually impaired, braille
dementia, alzheimers, memory cafe
mental health, wellbeing, depression, anxiety
loneliness, lonely, isolation, company
carers, caring, hospice, end of life, dying
veterans, ex forces, ex soldiers, former soldiers, armed forces
refugees, asylum seekers, asylum, sanctuary
lgbt, lgbtq, gay, pride
homeless, homelessness, rough sleepers, night shelter
domestic abuse, domestic violence, refuge, violence at home
defibrillator, defib, aed, heart start
first aid, first aiders
toilet, loo, wc, lavatory, changing places
food bank, larder, pantry, food parcels, free food
breakfast club, breakfast, school breakfast
lunch club, lunch, hot meals, meals
village hall, community hall, community centre, church hall
village shop, community shop
pub, inn, tavern
bus, minibus, community transport
train, railway, steam train, engine, locomotive
allotment, growing, vegetable garden, plots
garden, gardening, raised beds
tree planting, trees, saplings, hedge
beekeeping, bees, hives, honey
wildlife, nature, conservation
pond, wetland
beach clean, litter picking, litter
river, stream
repair, mending, mend, fix
workshop, mens shed, makers, woodwork
pottery, ceramics, clay
knitting, knit, crochet, sewing, wool
theatre, theater, drama, plays, acting
cinema, film, films, movies, movie
choir, singing, sing, songs
band, brass band, orchestra
music lessons, instruments
dance, dancing, disco
mural, street art, mosaic
books, library, reading
computers, laptops, it lessons, digital, coding
radio, podcast
local history, heritage, memories, archive, oral history
christmas, xmas, festive
lights, lighting, floodlights
heating, heaters, warm
solar, solar panels, low energy
""".strip().splitlines()


def _phrases(row: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in row.split(","))


def _others(rows: Iterable[tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Each phrase, as typed with spaces or without, -> what means the same."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        for phrase in row:
            known = found.get(phrase, ())
            found[phrase] = tuple(dict.fromkeys((*known, *(one for one in row if one != phrase))))
    return found


MEANS_THE_SAME: Final = _others(map(_phrases, _ROWS))
# "foodbank" is typed as often as "food bank": a phrase without its spaces -> the phrase
TOGETHER: Final = {phrase.replace(" ", ""): phrase for phrase in MEANS_THE_SAME if " " in phrase}
LONGEST: Final = max(len(phrase.split()) for phrase in MEANS_THE_SAME)
