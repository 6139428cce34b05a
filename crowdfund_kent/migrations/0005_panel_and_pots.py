import functools
from json import dumps, loads

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint


class Migration(migrations.Migration):
    dependencies = [("models", "0004_guards_of_groups_and_residents")]

    initial = False

    operations = [
        ops.CreateModel(
            name="FundQuestion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "models.MatchFund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="questions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField(default=0)),
                ("words", fields.CharField(max_length=200)),
                ("hint", fields.CharField(default="", max_length=300)),
                ("most_words", fields.IntField(default=150)),
                ("needed", fields.BooleanField(default=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("retired_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "fund_question",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A question of the fund's own for a pitch. Once a pitch answers it, its words are frozen (trigger); it is retired.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FundTerms",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "models.MatchFund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="terms",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("applies_from", fields.DateField()),
                ("body", fields.TextField(unique=False)),
                ("entered_by_id", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "fund_terms",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Conditions in plain words, from a date on. Rows are never changed (trigger): an offer keeps those of its day.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="InformationRequest",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                ("reference", fields.CharField(unique=True, max_length=12)),
                ("asker", fields.CharField(default="", max_length=120)),
                ("contact", fields.CharField(default="", max_length=254)),
                ("words", fields.TextField(unique=False)),
                ("title", fields.CharField(max_length=120)),
                ("received_on", fields.DateField()),
                ("due_on", fields.DateField()),
                ("waiting_since", fields.DateField(null=True)),
                (
                    "scope",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("handler_id", fields.BigIntField(null=True)),
                ("answer", fields.TextField(default="", unique=False)),
                ("refused_because", fields.CharField(default="", max_length=64)),
                (
                    "looked",
                    fields.JSONField(
                        default=dict, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                (
                    "bundle",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("bundle_key", fields.CharField(default="", max_length=120)),
                ("bundle_sha256", fields.CharField(default="", max_length=64)),
                ("prepared_by_id", fields.BigIntField(null=True)),
                ("prepared_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("answered_by_id", fields.BigIntField(null=True)),
                ("answered_on", fields.DateField(null=True)),
                ("published_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("forgotten_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "information_request",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One request under the Freedom of Information Act, with its clock of 20 working days.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="InformationRequestEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.InformationRequest",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "information_request_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a request for information.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Interest",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="interests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "group",
                    fields.ForeignKeyField(
                        "models.Group",
                        source_field="group_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="interests_in",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("body", fields.CharField(max_length=160)),
                ("nature", fields.CharField(max_length=12)),
                ("bar", fields.CharField(max_length=16)),
                ("words", fields.CharField(max_length=300)),
                ("from_day", fields.DateField()),
                ("ended_on", fields.DateField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_interest",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The standing register: what a person of the panel, or an officer, has an interest in, in general.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MatchFundEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.MatchFund",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "match_fund_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a fund.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="PotMovement",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "models.MatchFund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="movements",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=8)),
                (
                    "from_source",
                    fields.ForeignKeyField(
                        "models.FundingSource",
                        source_field="from_source_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="moved_out",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "to_source",
                    fields.ForeignKeyField(
                        "models.FundingSource",
                        source_field="to_source_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="moved_in",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("amount_pence", fields.BigIntField(null=True)),
                ("why", fields.CharField(max_length=200)),
                ("entered_by_id", fields.BigIntField()),
                ("entered_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("confirmed_by_id", fields.BigIntField(null=True)),
                ("confirmed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pot_movement",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Pence moved between two sources of a fund, or a fund closed: entered by one person, confirmed by another.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="PotMovementEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.PotMovement",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "pot_movement_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a movement between sources.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="Redaction",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "request",
                    fields.ForeignKeyField(
                        "models.InformationRequest",
                        source_field="request_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="redactions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("item", fields.CharField(max_length=80)),
                ("words", fields.TextField(default="", unique=False)),
                ("exemption", fields.CharField(max_length=64)),
                ("reason", fields.CharField(max_length=300)),
                ("made_by_id", fields.BigIntField()),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "information_redaction",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Words left out of an answer, or a whole field of it, with the exemption that allows it.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Round",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "models.MatchFund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="rounds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("slug", fields.CharField(unique=True, max_length=80)),
                ("name", fields.CharField(max_length=80)),
                ("opens_on", fields.DateField()),
                ("pitch_by", fields.DateField()),
                ("scores_by", fields.DateField()),
                ("meets_on", fields.DateField()),
                ("decide_by", fields.DateField()),
                ("place", fields.CharField(default="", max_length=200)),
                ("quorum", fields.IntField(default=3)),
                ("pass_bp", fields.IntField(default=6000)),
                ("declined_shown", fields.CharField(default="entry", max_length=8)),
                ("minutes", fields.TextField(default="", unique=False)),
                ("signed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("signed_by_id", fields.BigIntField(null=True)),
                (
                    "authority",
                    fields.ForeignKeyField(
                        "models.DecisionAuthority",
                        source_field="authority_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="rounds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("publish_on", fields.DateField(null=True)),
                ("published_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("generated", fields.BooleanField(default=False)),
                ("created_by_id", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_round",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One sitting of a fund's panel, from the first pitch to the public record. Days are London's, shown as the last day.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="Criterion",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "round",
                    fields.ForeignKeyField(
                        "models.Round",
                        source_field="round_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="criteria",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("position", fields.IntField()),
                ("name", fields.CharField(max_length=60)),
                ("about", fields.CharField(default="", max_length=300)),
            ],
            options={
                "table": "panel_criterion",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What a round scores, 0 to 5 points each. Made with the round, frozen once a sheet was given (service).",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Pitch",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "round",
                    fields.ForeignKeyField(
                        "models.Round",
                        source_field="round_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pitches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("reference", fields.CharField(unique=True, max_length=12)),
                (
                    "project",
                    fields.ForeignKeyField(
                        "models.Project",
                        source_field="project_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="pitches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "campaign",
                    fields.ForeignKeyField(
                        "models.Campaign",
                        source_field="campaign_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="pitches",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("asked_pence", fields.BigIntField(null=True)),
                ("why", fields.TextField(default="", unique=False)),
                (
                    "place_kinds",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("income_pence", fields.BigIntField(null=True)),
                ("place_reason", fields.CharField(default="", max_length=300)),
                ("place_by_id", fields.BigIntField(null=True)),
                (
                    "submitted",
                    fields.JSONField(null=True, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("submitted_by_id", fields.BigIntField(null=True)),
                ("submitted_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "came_from",
                    fields.ForeignKeyField(
                        "models.Pitch",
                        source_field="came_from_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="came_again",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("forgotten_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("generated", fields.BooleanField(default=False)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pitch",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A group asks a fund's round for an amount, for one campaign, or for a project where the fund has no crowd.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="Hold",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "pitch",
                    fields.ForeignKeyField(
                        "models.Pitch",
                        source_field="pitch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="holds",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=20)),
                ("reason", fields.CharField(max_length=300)),
                ("placed_by_id", fields.BigIntField()),
                ("placed_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("agreed_by_id", fields.BigIntField(null=True)),
                ("agreed_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("agreed_reason", fields.CharField(default="", max_length=300)),
                ("released_by_id", fields.BigIntField(null=True)),
                ("released_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("release_reason", fields.CharField(default="", max_length=300)),
            ],
            options={
                "table": "pitch_hold",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Why a pitch is not decided for now; let go by somebody else. Referred to audit: its record is sealed.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PitchAnswer",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "pitch",
                    fields.ForeignKeyField(
                        "models.Pitch",
                        source_field="pitch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "question",
                    fields.ForeignKeyField(
                        "models.FundQuestion",
                        source_field="question_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="answers",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("words", fields.TextField(unique=False)),
            ],
            options={
                "table": "pitch_answer",
                "app": "models",
                "pk_attr": "id",
                "table_description": "The group's answer to one of the fund's own questions.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PitchEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Pitch",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "pitch_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a pitch.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="PitchInterest",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "pitch",
                    fields.ForeignKeyField(
                        "models.Pitch",
                        source_field="pitch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="interests",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("person_id", fields.BigIntField()),
                ("nature", fields.CharField(max_length=12)),
                ("bar", fields.CharField(max_length=16)),
                ("words", fields.CharField(max_length=300)),
                ("found", fields.CharField(max_length=20)),
                ("recorded_by_id", fields.BigIntField(null=True)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pitch_interest",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An interest of one person in one pitch. Rows are added, never lowered: of several the strictest counts.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Recommendation",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "pitch",
                    fields.ForeignKeyField(
                        "models.Pitch",
                        source_field="pitch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="recommendations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("number", fields.IntField()),
                ("outcome", fields.CharField(max_length=16)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("reasons", fields.TextField(unique=False)),
                ("alternatives", fields.TextField(unique=False)),
                ("feedback", fields.TextField(default="", unique=False)),
                (
                    "fitting",
                    fields.JSONField(
                        default=list, encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
                    ),
                ),
                ("purpose_reason", fields.TextField(default="", unique=False)),
                ("made_by_id", fields.BigIntField()),
                ("made_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_recommendation",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What is put to the vote of one pitch. Another wording or amount is another row, and needs votes of its own.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Decision",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "pitch",
                    fields.OneToOneField(
                        "models.Pitch",
                        source_field="pitch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="decision",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "recommendation",
                    fields.OneToOneField(
                        "models.Recommendation",
                        source_field="recommendation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="decision",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "award",
                    fields.OneToOneField(
                        "models.Award",
                        source_field="award_id",
                        null=True,
                        db_constraint=True,
                        to_field="id",
                        related_name="decision",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "authority",
                    fields.ForeignKeyField(
                        "models.DecisionAuthority",
                        source_field="authority_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="decisions",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("rank", fields.IntField()),
                ("score_bp", fields.IntField(null=True)),
                ("outcome", fields.CharField(max_length=16)),
                ("amount_pence", fields.BigIntField(null=True)),
                (
                    "calculation",
                    fields.JSONField(encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads),
                ),
                ("votes_for", fields.IntField()),
                ("votes_against", fields.IntField()),
                ("votes_abstained", fields.IntField()),
                ("signed_by_id", fields.BigIntField()),
                ("decided_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_decision",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What became of one pitch of a signed list: rank, outcome, every number as it stood.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Review",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("status", fields.CharField(max_length=32)),
                (
                    "pitch",
                    fields.OneToOneField(
                        "models.Pitch",
                        source_field="pitch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="review",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("words", fields.TextField(unique=False)),
                ("asked_by_id", fields.BigIntField()),
                ("asked_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("answer_by", fields.DateField()),
                ("outcome", fields.CharField(default="", max_length=24)),
                ("answer", fields.TextField(default="", unique=False)),
                ("answered_by_id", fields.BigIntField(null=True)),
                ("answered_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "pitch_review",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A group asks, within 20 working days, for a look at how its pitch was handled, by somebody who did not sit.",
            },
            bases=["HasStatus"],
        ),
        ops.CreateModel(
            name="ReviewEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Review",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "pitch_review_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a review.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="RoundDeclaration",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "round",
                    fields.ForeignKeyField(
                        "models.Round",
                        source_field="round_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="declarations",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("person_id", fields.BigIntField()),
                ("number", fields.IntField(default=1)),
                ("declared_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_declaration",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One person looked at the round's list of groups and titles and declared, or said that there is nothing.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RoundEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("old", fields.CharField(max_length=32)),
                ("new", fields.CharField(max_length=32)),
                ("cause", fields.CharField(max_length=48)),
                ("amount_pence", fields.BigIntField(null=True)),
                ("effective_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ("by_id", fields.BigIntField(null=True)),
                (
                    "subject",
                    fields.ForeignKeyField(
                        "models.Round",
                        source_field="subject_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="events",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
            ],
            options={
                "table": "panel_round_event",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Status history of a round.",
            },
            bases=["StatusEvent"],
        ),
        ops.CreateModel(
            name="ScoreSheet",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "pitch",
                    fields.ForeignKeyField(
                        "models.Pitch",
                        source_field="pitch_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="sheets",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("person_id", fields.BigIntField()),
                ("number", fields.IntField()),
                ("reason", fields.TextField(unique=False)),
                ("given_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "score_sheet",
                "app": "models",
                "pk_attr": "id",
                "table_description": "What one member gave one pitch, with one reason for all of it. The newest `number` counts.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Score",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "sheet",
                    fields.ForeignKeyField(
                        "models.ScoreSheet",
                        source_field="sheet_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="scores",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "criterion",
                    fields.ForeignKeyField(
                        "models.Criterion",
                        source_field="criterion_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="scores",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("points", fields.IntField()),
                ("reason", fields.CharField(default="", max_length=400)),
            ],
            options={
                "table": "score",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Points for one criterion; 0, 1 and 5 come with a reason of their own.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Seat",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "fund",
                    fields.ForeignKeyField(
                        "models.MatchFund",
                        source_field="fund_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "person",
                    fields.ForeignKeyField(
                        "models.Person",
                        source_field="person_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="seats",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("kind", fields.CharField(max_length=16)),
                ("post", fields.CharField(max_length=120)),
                ("from_day", fields.DateField()),
                ("to_day", fields.DateField()),
                ("ended_on", fields.DateField(null=True)),
                ("given_by_id", fields.BigIntField(null=True)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_seat",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A place on a fund's panel, for a term. Its `post` is published, the name is not.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Attendance",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "round",
                    fields.ForeignKeyField(
                        "models.Round",
                        source_field="round_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="attendance",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                (
                    "seat",
                    fields.ForeignKeyField(
                        "models.Seat",
                        source_field="seat_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="attendance",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("present", fields.BooleanField()),
                ("chaired", fields.BooleanField(default=False)),
                ("called_because", fields.CharField(default="", max_length=200)),
                ("called_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ("recorded_by_id", fields.BigIntField()),
                ("recorded_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_attendance",
                "app": "models",
                "pk_attr": "id",
                "table_description": "Who was at a meeting, and as what. A reserve was called for the reason given.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Vote",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "recommendation",
                    fields.ForeignKeyField(
                        "models.Recommendation",
                        source_field="recommendation_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="votes",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("person_id", fields.BigIntField()),
                ("choice", fields.CharField(max_length=8)),
                ("casting", fields.BooleanField(default=False)),
                ("at", fields.DatetimeField(source_field="voted_at", auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "panel_vote",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One member's vote on one recommendation, once.",
            },
            bases=["Model"],
        ),
        ops.AlterField(
            model_name="Award",
            name="campaign",
            field=fields.ForeignKeyField(
                "models.Campaign",
                source_field="campaign_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="awards",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Award",
            name="pitch",
            field=fields.OneToOneField(
                "models.Pitch",
                source_field="pitch_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="award",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="Award",
            name="project",
            field=fields.ForeignKeyField(
                "models.Project",
                source_field="project_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="awards",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddConstraint(
            model_name="Award",
            constraint=UniqueConstraint(
                fields=("project_id", "fund_id"), name="award_one_grant", condition="status = 'proposed'"
            ),
        ),
        ops.AddConstraint(
            model_name="Award",
            constraint=CheckConstraint(check="(campaign_id IS NULL) <> (project_id IS NULL)", name="award_to_one"),
        ),
        ops.AddField(
            model_name="DecisionAuthority",
            name="list_limit_pence",
            field=fields.BigIntField(null=True),
        ),
        ops.AddConstraint(
            model_name="DecisionAuthority",
            constraint=CheckConstraint(check="list_limit_pence > 0", name="authority_list_sane"),
        ),
        ops.AddField(
            model_name="FundRules",
            name="area",
            field=fields.JSONField(
                default=list, db_default="[]", encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AddField(
            model_name="FundRules",
            name="between_rounds_pence",
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name="FundRules",
            name="exclusions",
            field=fields.JSONField(
                default=list, db_default="[]", encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AddField(
            model_name="FundRules",
            name="group_kinds",
            field=fields.JSONField(
                default=list, db_default="[]", encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AddField(
            model_name="FundRules",
            name="objective_ids",
            field=fields.JSONField(
                default=list, db_default="[]", encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AddField(
            model_name="FundRules",
            name="variants",
            field=fields.JSONField(
                default=list, db_default="[]", encoder=functools.partial(dumps, separators=(",", ":")), decoder=loads
            ),
        ),
        ops.AddField(
            model_name="FundingSource",
            name="financial_year",
            field=fields.CharField(default="", db_default="", max_length=7),
        ),
        ops.RemoveConstraint(
            model_name="MatchFund",
            name="match_fund_accrual_known",
            fields=None,
        ),
        ops.AddField(
            model_name="MatchFund",
            name="start_bp",
            field=fields.IntField(default=2500, db_default=2500),
        ),
        ops.AddField(
            model_name="MatchFund",
            name="status",
            field=fields.CharField(default="open", db_default="open", max_length=32),
        ),
        ops.AddField(
            model_name="MatchFund",
            name="without_crowd",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddConstraint(
            model_name="MatchFund",
            constraint=CheckConstraint(
                check="accrual IN ('flat', 'top-up', 'in first', 'bridging', 'pound for pound')",
                name="match_fund_accrual_known",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchFund",
            constraint=CheckConstraint(check="status IN ('draft', 'open', 'closed')", name="match_fund_status_known"),
        ),
        ops.AddConstraint(
            model_name="MatchFund",
            constraint=CheckConstraint(check="start_bp BETWEEN 0 AND 10000", name="match_fund_start_sane"),
        ),
        ops.AddConstraint(
            model_name="MatchFund",
            constraint=CheckConstraint(
                check="NOT without_crowd OR accrual = 'flat'", name="match_fund_without_crowd_flat"
            ),
        ),
        ops.RemoveConstraint(
            model_name="MatchPledge",
            name="match_pledge_accrual_known",
            fields=None,
        ),
        ops.RemoveConstraint(
            model_name="MatchPledge",
            name="match_pledge_one_a_fund",
            fields=None,
        ),
        ops.AlterField(
            model_name="MatchPledge",
            name="campaign",
            field=fields.ForeignKeyField(
                "models.Campaign",
                source_field="campaign_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="match_pledges",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="MatchPledge",
            name="accepted_terms",
            field=fields.ForeignKeyField(
                "models.FundTerms",
                source_field="accepted_terms_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="match_pledges",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddField(
            model_name="MatchPledge",
            name="project",
            field=fields.ForeignKeyField(
                "models.Project",
                source_field="project_id",
                null=True,
                db_constraint=True,
                to_field="id",
                related_name="grants",
                on_delete=OnDelete.RESTRICT,
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPledge",
            constraint=CheckConstraint(
                check="accrual IN ('flat', 'top-up', 'in first', 'bridging', 'pound for pound')",
                name="match_pledge_accrual_known",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPledge",
            constraint=UniqueConstraint(
                fields=("campaign_id", "fund_id"),
                name="match_pledge_one_a_fund",
                condition="status <> 'released' AND accrual <> 'pound for pound'",
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPledge",
            constraint=UniqueConstraint(
                fields=("project_id", "fund_id"), name="match_pledge_one_grant", condition="status <> 'released'"
            ),
        ),
        ops.AddConstraint(
            model_name="MatchPledge",
            constraint=CheckConstraint(
                check="(campaign_id IS NULL) <> (project_id IS NULL)", name="match_pledge_to_one"
            ),
        ),
        ops.RemoveConstraint(
            model_name="SignedPaper",
            name="signed_paper_act_known",
            fields=None,
        ),
        ops.AddConstraint(
            model_name="SignedPaper",
            constraint=CheckConstraint(
                check="act IN ('submit', 'open', 'withdraw', 'cancel', 'accept', 'decline', 'pitch')",
                name="signed_paper_act_known",
            ),
        ),
        ops.AddConstraint(
            model_name="FundQuestion",
            constraint=CheckConstraint(check="most_words BETWEEN 20 AND 500", name="fund_question_words_sane"),
        ),
        ops.AddConstraint(
            model_name="FundTerms",
            constraint=UniqueConstraint(fields=("fund_id", "applies_from"), name="fund_terms_once"),
        ),
        ops.AddConstraint(
            model_name="InformationRequest",
            constraint=CheckConstraint(
                check="status IN ('received', 'unclear', 'answered', 'refused')",
                name="information_request_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="InformationRequest",
            constraint=CheckConstraint(
                check="refused_because IN ('', 'section 1: we do not hold it', 'section 12: it would cost too much', 'section 14: vexatious or repeated', 'section 21: it can be had elsewhere', 'all of it is exempt')",
                name="information_request_refused_because_known",
            ),
        ),
        ops.AddConstraint(
            model_name="InformationRequest",
            constraint=CheckConstraint(
                check="published_at IS NULL OR status = 'answered'", name="information_request_answered_first"
            ),
        ),
        ops.AddConstraint(
            model_name="InformationRequest",
            constraint=CheckConstraint(
                check="(status IN ('answered', 'refused')) = (answered_on IS NOT NULL AND answered_by_id IS NOT NULL) AND (status = 'refused') = (refused_because <> '')",
                name="information_request_answered_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="InformationRequest",
            constraint=CheckConstraint(
                check="status <> 'answered' OR (bundle_key <> '' AND bundle_sha256 <> '' AND prepared_by_id IS NOT NULL AND prepared_by_id <> answered_by_id)",
                name="information_request_two_people",
            ),
        ),
        ops.AddConstraint(
            model_name="InformationRequest",
            constraint=CheckConstraint(
                check="(status = 'unclear') = (waiting_since IS NOT NULL) OR status = 'refused'",
                name="information_request_clock",
            ),
        ),
        ops.AddConstraint(
            model_name="Interest",
            constraint=CheckConstraint(
                check="nature IN ('money', 'own group', 'family', 'own pledge', 'other')",
                name="panel_interest_nature_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Interest",
            constraint=CheckConstraint(check="bar IN ('bars', 'declared only')", name="panel_interest_bar_known"),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(
                check="status IN ('entered', 'confirmed', 'withdrawn')", name="pot_movement_status_known"
            ),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(check="kind IN ('move', 'close')", name="pot_movement_kind_known"),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(check="amount_pence >= 0", name="pot_movement_not_negative"),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(
                check="confirmed_by_id IS NULL OR confirmed_by_id <> entered_by_id", name="pot_movement_two_people"
            ),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(
                check="(status = 'confirmed') = (confirmed_at IS NOT NULL)", name="pot_movement_confirmed"
            ),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=CheckConstraint(
                check="CASE kind WHEN 'move' THEN from_source_id IS NOT NULL AND to_source_id IS NOT NULL AND from_source_id <> to_source_id AND amount_pence > 0 ELSE from_source_id IS NULL AND to_source_id IS NULL END",
                name="pot_movement_between_two",
            ),
        ),
        ops.AddConstraint(
            model_name="PotMovement",
            constraint=UniqueConstraint(
                fields=("fund_id",), name="pot_movement_one_open", condition="status = 'entered'"
            ),
        ),
        ops.AddConstraint(
            model_name="Redaction",
            constraint=CheckConstraint(
                check="exemption IN ('section 22: to be published later', 'section 30 or 31: investigations and law enforcement', 'section 33: audit', 'section 36: conduct of public affairs', 'section 40: personal information', 'section 41: given in confidence', 'section 42: legal privilege', 'section 43: commercial interests')",
                name="information_redaction_exemption_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Redaction",
            constraint=CheckConstraint(check="reason <> ''", name="information_redaction_reasoned"),
        ),
        ops.AddConstraint(
            model_name="Round",
            constraint=CheckConstraint(
                check="status IN ('planned', 'open', 'scoring', 'meeting', 'signed', 'published', 'cancelled')",
                name="panel_round_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Round",
            constraint=CheckConstraint(
                check="declined_shown IN ('entry', 'count')", name="panel_round_declined_shown_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Round",
            constraint=CheckConstraint(
                check="opens_on <= pitch_by AND pitch_by <= scores_by AND scores_by <= meets_on AND pitch_by <= decide_by",
                name="panel_round_days_in_order",
            ),
        ),
        ops.AddConstraint(
            model_name="Round",
            constraint=CheckConstraint(check="quorum BETWEEN 1 AND 15", name="panel_round_quorum_sane"),
        ),
        ops.AddConstraint(
            model_name="Round",
            constraint=CheckConstraint(check="pass_bp BETWEEN 0 AND 10000", name="panel_round_pass_sane"),
        ),
        ops.AddConstraint(
            model_name="Round",
            constraint=CheckConstraint(
                check="(status IN ('signed', 'published')) = (signed_at IS NOT NULL AND signed_by_id IS NOT NULL AND publish_on IS NOT NULL)",
                name="panel_round_signed",
            ),
        ),
        ops.AddConstraint(
            model_name="Criterion",
            constraint=UniqueConstraint(fields=("round_id", "position"), name="panel_criterion_once"),
        ),
        ops.AddConstraint(
            model_name="Pitch",
            constraint=CheckConstraint(
                check="status IN ('draft', 'submitted', 'awarded', 'declined', 'deferred', 'withdrawn', 'lapsed')",
                name="pitch_status_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Pitch",
            constraint=CheckConstraint(check="asked_pence > 0", name="pitch_something"),
        ),
        ops.AddConstraint(
            model_name="Pitch",
            constraint=CheckConstraint(
                check="status IN ('draft', 'lapsed') OR (asked_pence IS NOT NULL AND submitted_at IS NOT NULL)",
                name="pitch_submitted_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="Pitch",
            constraint=UniqueConstraint(
                fields=("round_id", "project_id"),
                name="pitch_one_a_round",
                condition="status NOT IN ('withdrawn', 'lapsed')",
            ),
        ),
        ops.AddConstraint(
            model_name="Hold",
            constraint=CheckConstraint(check="kind IN ('hold', 'referred to audit')", name="pitch_hold_kind_known"),
        ),
        ops.AddConstraint(
            model_name="Hold",
            constraint=CheckConstraint(check="released_by_id <> placed_by_id", name="pitch_hold_two_people"),
        ),
        ops.AddConstraint(
            model_name="Hold",
            constraint=CheckConstraint(
                check="(released_at IS NULL) = (released_by_id IS NULL) AND (released_at IS NULL OR release_reason <> '')",
                name="pitch_hold_released_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="Hold",
            constraint=CheckConstraint(
                check="(agreed_at IS NULL) = (agreed_by_id IS NULL) AND (agreed_at IS NULL) = (agreed_reason = '') AND (agreed_by_id IS NULL OR (kind = 'referred to audit' AND agreed_by_id <> placed_by_id))",
                name="pitch_hold_agreed_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="Hold",
            constraint=CheckConstraint(
                check="kind = 'hold' OR released_by_id IS NULL OR (agreed_by_id IS NOT NULL AND agreed_by_id <> released_by_id)",
                name="pitch_hold_sealed_three_people",
            ),
        ),
        ops.AddConstraint(
            model_name="Hold",
            constraint=UniqueConstraint(fields=("pitch_id",), name="pitch_hold_one", condition="released_at IS NULL"),
        ),
        ops.AddConstraint(
            model_name="PitchAnswer",
            constraint=UniqueConstraint(fields=("pitch_id", "question_id"), name="pitch_answer_once"),
        ),
        ops.AddConstraint(
            model_name="PitchInterest",
            constraint=CheckConstraint(
                check="nature IN ('money', 'own group', 'family', 'own pledge', 'other')",
                name="pitch_interest_nature_known",
            ),
        ),
        ops.AddConstraint(
            model_name="PitchInterest",
            constraint=CheckConstraint(check="bar IN ('bars', 'declared only')", name="pitch_interest_bar_known"),
        ),
        ops.AddConstraint(
            model_name="PitchInterest",
            constraint=CheckConstraint(
                check="found IN ('declared', 'register', 'found by the site', 'raised by the chair')",
                name="pitch_interest_found_known",
            ),
        ),
        ops.AddConstraint(
            model_name="PitchInterest",
            constraint=CheckConstraint(check="nature = 'other' OR bar = 'bars'", name="pitch_interest_bars"),
        ),
        ops.AddConstraint(
            model_name="Recommendation",
            constraint=CheckConstraint(
                check="outcome IN ('award', 'award in part', 'defer', 'decline')",
                name="panel_recommendation_outcome_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Recommendation",
            constraint=UniqueConstraint(fields=("pitch_id", "number"), name="panel_recommendation_once"),
        ),
        ops.AddConstraint(
            model_name="Recommendation",
            constraint=CheckConstraint(
                check="(outcome IN ('award', 'award in part')) = (amount_pence IS NOT NULL) AND (amount_pence IS NULL OR amount_pence > 0)",
                name="panel_recommendation_amount",
            ),
        ),
        ops.AddConstraint(
            model_name="Recommendation",
            constraint=CheckConstraint(check="reasons <> ''", name="panel_recommendation_reasoned"),
        ),
        ops.AddConstraint(
            model_name="Decision",
            constraint=CheckConstraint(
                check="outcome IN ('award', 'award in part', 'defer', 'decline')", name="panel_decision_outcome_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Decision",
            constraint=CheckConstraint(
                check="(outcome IN ('award', 'award in part')) = (award_id IS NOT NULL AND amount_pence IS NOT NULL)",
                name="panel_decision_awards",
            ),
        ),
        ops.AddConstraint(
            model_name="Decision",
            constraint=CheckConstraint(check="score_bp BETWEEN 0 AND 10000 AND rank > 0", name="panel_decision_sane"),
        ),
        ops.AddConstraint(
            model_name="Review",
            constraint=CheckConstraint(check="status IN ('asked', 'answered')", name="pitch_review_status_known"),
        ),
        ops.AddConstraint(
            model_name="Review",
            constraint=CheckConstraint(
                check="outcome IN ('', 'the decision stands', 'to be looked at again')",
                name="pitch_review_outcome_known",
            ),
        ),
        ops.AddConstraint(
            model_name="Review",
            constraint=CheckConstraint(
                check="(status = 'answered') = (answered_at IS NOT NULL AND outcome <> '' AND answer <> '' AND answered_by_id IS NOT NULL)",
                name="pitch_review_answered_whole",
            ),
        ),
        ops.AddConstraint(
            model_name="Review",
            constraint=CheckConstraint(check="answered_by_id <> asked_by_id", name="pitch_review_two_people"),
        ),
        ops.AddConstraint(
            model_name="RoundDeclaration",
            constraint=UniqueConstraint(fields=("round_id", "person_id", "number"), name="panel_declaration_once"),
        ),
        ops.AddConstraint(
            model_name="ScoreSheet",
            constraint=UniqueConstraint(fields=("pitch_id", "person_id", "number"), name="score_sheet_once"),
        ),
        ops.AddConstraint(
            model_name="ScoreSheet",
            constraint=CheckConstraint(check="reason <> '' AND number > 0", name="score_sheet_reasoned"),
        ),
        ops.AddConstraint(
            model_name="Score",
            constraint=UniqueConstraint(fields=("sheet_id", "criterion_id"), name="score_once"),
        ),
        ops.AddConstraint(
            model_name="Score",
            constraint=CheckConstraint(check="points BETWEEN 0 AND 5", name="score_points"),
        ),
        ops.AddConstraint(
            model_name="Score",
            constraint=CheckConstraint(check="points BETWEEN 2 AND 4 OR reason <> ''", name="score_reasoned"),
        ),
        ops.AddConstraint(
            model_name="Seat",
            constraint=CheckConstraint(
                check="kind IN ('chair', 'deputy chair', 'member', 'reserve')", name="panel_seat_kind_known"
            ),
        ),
        ops.AddConstraint(
            model_name="Seat",
            constraint=CheckConstraint(check="to_day >= from_day", name="panel_seat_term_sane"),
        ),
        ops.AddConstraint(
            model_name="Seat",
            constraint=CheckConstraint(
                check="given_by_id IS NULL OR given_by_id <> person_id", name="panel_seat_not_by_oneself"
            ),
        ),
        ops.AddConstraint(
            model_name="Attendance",
            constraint=UniqueConstraint(fields=("round_id", "seat_id"), name="panel_attendance_once"),
        ),
        ops.AddConstraint(
            model_name="Attendance",
            constraint=UniqueConstraint(fields=("round_id",), name="panel_attendance_one_chair", condition="chaired"),
        ),
        ops.AddConstraint(
            model_name="Vote",
            constraint=CheckConstraint(check="choice IN ('for', 'against', 'abstain')", name="panel_vote_choice_known"),
        ),
        ops.AddConstraint(
            model_name="Vote",
            constraint=UniqueConstraint(fields=("recommendation_id", "person_id"), name="panel_vote_once"),
        ),
    ]
