"""What an answer to a request for information may hold: collected from the database in sections of items."""

from panel.queries.disclosing.collecting import collect, names_of, pitch_ids
from panel.queries.disclosing.scoping import EMPTY, Scope, scope_of, scope_words

__all__ = ["EMPTY", "Scope", "collect", "names_of", "pitch_ids", "scope_of", "scope_words"]
