"""What is searched for: one document for each frozen version, written by a trigger of the database when it is frozen.

A version never changes (trigger), so neither does its document; which version is public is asked when somebody searches.
"""

from tortoise import fields
from tortoise.contrib.postgres.fields import TSVectorField
from tortoise.models import Model

from projects.models.writing import ProjectVersion


class ProjectSearch(Model):
    """The words of a version as lexemes: A title, B place, district and group, C summary and objective, D the rest."""

    # a key of its own: Tortoise 1.1.9 takes a relation that is the key for a change each time it looks
    id = fields.BigIntField(primary_key=True)
    version: fields.OneToOneRelation[ProjectVersion] = fields.OneToOneField(
        "models.ProjectVersion", related_name="search", on_delete=fields.CASCADE
    )
    version_id: int
    document = TSVectorField()

    class Meta:
        table = "project_search"


class ProjectWord(Model):
    """One word of a version as it is spelt, small and without accents: half words and typing errors are looked up here."""

    id = fields.BigIntField(primary_key=True)
    version: fields.ForeignKeyRelation[ProjectVersion] = fields.ForeignKeyField(
        "models.ProjectVersion", related_name="words", on_delete=fields.CASCADE
    )
    version_id: int
    word = fields.CharField(max_length=40)

    class Meta:
        table = "project_word"
