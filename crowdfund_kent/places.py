"""Larger towns and villages of Kent with the district each lies in, for people who look for a place by name. Facts; pure.

Names and districts as in the Index of Place Names of the Office for National Statistics, typed by hand.
Left out are small places, and those whose name is an everyday word as well (Ash, Bean, Bridge, Loose, River, Stone).
"""

from typing import Final

_ASHFORD: Final = "E07000105"
_CANTERBURY: Final = "E07000106"
_DARTFORD: Final = "E07000107"
_DOVER: Final = "E07000108"
_GRAVESHAM: Final = "E07000109"
_MAIDSTONE: Final = "E07000110"
_SEVENOAKS: Final = "E07000111"
_FOLKESTONE: Final = "E07000112"
_SWALE: Final = "E07000113"
_THANET: Final = "E07000114"
_TONBRIDGE: Final = "E07000115"
_WELLS: Final = "E07000116"

# names in small letters without accents, apostrophes or hyphens, as search.plain_words() leaves them
_NAMES: Final = {
    _ASHFORD: "ashford, tenterden, wye, charing, pluckley, woodchurch, biddenden, hamstreet, rolvenden, high halden,"
    " bethersden, chilham, appledore, great chart, kingsnorth, willesborough, kennington, stanhope, smarden, egerton",
    _CANTERBURY: "canterbury, whitstable, herne bay, sturry, blean, chartham, seasalter, tankerton, herne, littlebourne,"
    " hersden, barham, chestfield, fordwich, harbledown, swalecliffe, wincheap, hoath, bishopsbourne, patrixbourne",
    _DARTFORD: "dartford, swanscombe, greenhithe, wilmington, joydens wood, longfield, sutton at hone, darenth,"
    " ebbsfleet, crayford, temple hill, southfleet, bluewater, hawley",
    _DOVER: "dover, deal, sandwich, walmer, aylesham, whitfield, eastry, wingham, st margarets at cliffe, kingsdown,"
    " eythorne, shepherdswell, capel le ferne, temple ewell, kearsney, lydden, elvington, nonington, ringwould",
    _FOLKESTONE: "folkestone, hythe, new romney, lydd, hawkinge, dymchurch, sandgate, cheriton, lyminge, elham, saltwood,"
    " sellindge, dungeness, st marys bay, greatstone, littlestone, brookland, romney marsh, lympne, stelling minnis",
    _GRAVESHAM: "gravesend, northfleet, meopham, istead rise, higham, cobham, vigo, shorne, gravesham, harvel, luddesdown",
    _MAIDSTONE: "maidstone, headcorn, staplehurst, marden, lenham, harrietsham, coxheath, bearsted, yalding,"
    " boughton monchelsea, sutton valence, hollingbourne, allington, penenden heath, langley, barming,"
    " east farleigh, detling, boxley, parkwood, tovil",
    _SEVENOAKS: "sevenoaks, swanley, edenbridge, westerham, otford, kemsing, new ash green, hartley, eynsford, farningham,"
    " riverhead, chiddingstone, penshurst, hextable, brasted, sundridge, west kingsdown, horton kirby, halstead",
    _SWALE: "sittingbourne, faversham, sheerness, minster on sea, queenborough, leysdown, eastchurch, teynham, newington,"
    " iwade, isle of sheppey, sheppey, boughton under blean, ospringe, milton regis, kemsley, swale, halfway houses,"
    " upchurch, rodmersham, oare",
    _THANET: "margate, ramsgate, broadstairs, westgate on sea, westgate, birchington, cliftonville, monkton, cliffsend,"
    " st nicholas at wade, thanet, isle of thanet, garlinge, st peters, westbrook",
    _TONBRIDGE: "tonbridge, snodland, west malling, east malling, malling, larkfield, aylesford, kings hill, borough green,"
    " ditton, hadlow, east peckham, wrotham, hildenborough, wouldham, burham, leybourne, ightham, plaxtol, wateringbury,"
    " mereworth, eccles",
    _WELLS: "tunbridge wells, royal tunbridge wells, southborough, paddock wood, cranbrook, hawkhurst, pembury, rusthall,"
    " goudhurst, benenden, langton green, brenchley, horsmonden, lamberhurst, speldhurst, bidborough, sandhurst,"
    " matfield, sissinghurst, frittenden",
}
# name -> code of its district
PLACES: Final = {name.strip(): code for code, names in _NAMES.items() for name in names.split(",")}
LONGEST: Final = max(len(name.split()) for name in PLACES)
