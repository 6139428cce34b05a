"""One frozen Settings, read once from the environment. Every field is documented in docs/settings.md (a test says so)."""

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Mode(StrEnum):
    """Where the site runs. `local` and `test` may use the sandbox, the inbox page and the movable clock."""

    LOCAL = "local"
    TEST = "test"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """What the operator decides. Names in the environment: CROWDFUND_KENT_<FIELD>, but for the few with an alias."""

    model_config = SettingsConfigDict(env_prefix="CROWDFUND_KENT_", frozen=True, extra="ignore", populate_by_name=True)

    mode: Mode = Mode.PRODUCTION
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    database_pool: int = 20
    database_statements: int = 100  # kept prepared by each connection
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    site_url: str = "http://127.0.0.1:8000"
    secret_key: SecretStr = SecretStr("")
    bank_keys: SecretStr = SecretStr("")
    storage_folder: Path = Path("var/storage")
    storage_url: str = Field(default="", pattern=r"^((s3|az)://[^/?#@]+(/[^?#]*)?)?$")
    templates_folder: Path = Path(__file__).parent.parent / "templates"
    templates_cache: Path | None = None
    commit: str = Field(default="", pattern=r"^[0-9a-f]{0,64}$")

    stripe_api_key: SecretStr = Field(default=SecretStr(""), validation_alias="STRIPE_API_KEY")
    stripe_webhook_secret: SecretStr = Field(default=SecretStr(""), validation_alias="STRIPE_WEBHOOK_SECRET")
    stripe_connect_webhook_secret: SecretStr = Field(
        default=SecretStr(""), validation_alias="STRIPE_CONNECT_WEBHOOK_SECRET"
    )
    stripe_base_url: str = Field(default="", validation_alias="STRIPE_BASE_URL")
    stripe_timeout_seconds: float = 25
    stripe_network_retries: int = 2
    statement_name: str = "CROWDFUND KENT"

    smtp_url: str = Field(default="", validation_alias="SMTP_URL")
    mail_from: str = "Crowdfund Kent <crowdfund@example.org>"
    mail_channel: Literal["smtp", "notify"] = "smtp"
    notify_api_key: SecretStr = SecretStr("")
    notify_template_id: str = ""
    notify_base_url: str = "https://api.notifications.service.gov.uk"
    notify_callback_token: SecretStr = SecretStr("")

    programme_name: str = "Crowdfund Kent"
    council_name: str = "Kent County Council"
    contact_name: str = "Kent County Council's community team"
    contact_phone: str = "03000 000 000"
    contact_hours: str = "weekdays 9am to 5pm"
    contact_email: str = "crowdfund@example.org"
    objective_list: str = "crowdfund-kent"

    least_pledge_pence: int = 200
    most_pledge_pence: int = 1_000_000
    most_cash_gift_pence: int = 100_000
    most_nameless_gift_pence: int = 5_000
    gift_count_hours: int = 72
    one_card_pledges: int = Field(default=10, ge=0)
    least_target_pence: int = 25_000
    papers_small_pence: int = 100_000
    papers_middle_pence: int = 500_000
    quote_from_pence: int = 100_000
    three_quotes_over_pence: int = 500_000
    second_look_pence: int = 1_000_000
    check_within_days: int = 5
    campaign_shortest_days: int = 42
    campaign_longest_days: int = 84
    volunteer_hour_pence: int = 1_200
    most_match_wanted_pence: int = 2_000_000
    extension_longest_days: int = 28
    yes_reminder_days: int = 7
    payout_threshold_bp: int = 9000
    card_cost_borne_by: Literal["group", "programme"] = "group"
    loss_limit_pence: int = 500_000
    card_cost_bp: int = 150
    card_cost_fixed_pence: int = 20
    first_charge_delay_hours: int = 48
    collection_days: int = 14
    closing_grace_minutes: int = 30

    lease_seconds: int = 90
    job_timeout_seconds: int = 60
    pump_work_seconds: int = 20
    pump_concurrency: int = 32
    calls_a_second: int = Field(default=20, ge=0, le=25)
    calls_a_second_alone: int = Field(default=2, ge=1)
    outbox_sweep_seconds: int = 5
    session_hours: int = 12
    sign_in_minutes: int = 30
    picture_most_bytes: int = 8_000_000
    paper_most_bytes: int = 8_000_000
    papers_most_files: int = 40
    papers_most_bytes: int = 80_000_000
    body_most_bytes: int = 10_000_000
    body_keep_days: int = 90
    case_keep_years: int = 2
    draft_keep_days: int = 365
    refused_keep_years: int = 2
    offer_keep_years: int = 2
    money_keep_years: int = 6
    replaced_account_keep_days: int = Field(default=395, ge=90)
    call_back_held_days: int = Field(default=28, ge=1)
    delivery_start_months: int = 3
    delivery_finish_months: int = 12
    delivery_report_days: int = 60
    delivery_later_months: int = 12
    report_interim_over_months: int = 6
    report_interim_days: int = 30
    report_soon_days: int = 14
    report_notice_days: int = 14
    report_again_days: int = 14
    report_more_days: int = 60
    report_receipt_from_pence: int = 10_000
    report_difference_bp: int = 1_000
    report_difference_pence: int = 5_000
    hand_over_working_days: int = 10
    officer_hour_pence: int = 2_500
    survey_open_days: int = Field(default=42, ge=14)
    survey_remind_days: int = Field(default=14, ge=1)
    survey_keep_days: int = 365

    open_data_prefix: str = Field(default="360G-crowdfundkent", pattern=r"^360G-[A-Za-z0-9_]+$")
    grants_department: str = "Community team"
    open_data_a_minute: int = Field(default=120, ge=1)

    @model_validator(mode="after")
    def production_is_complete(self) -> Self:
        """A production site does not start half configured."""
        if self.mode is Mode.PRODUCTION:
            needed = {
                "DATABASE_URL": self.database_url,
                "REDIS_URL": self.redis_url,
                "CROWDFUND_KENT_SECRET_KEY": self.secret_key.get_secret_value(),
                "CROWDFUND_KENT_BANK_KEYS": self.bank_keys.get_secret_value(),
                "STRIPE_API_KEY": self.stripe_api_key.get_secret_value(),
                "STRIPE_WEBHOOK_SECRET": self.stripe_webhook_secret.get_secret_value(),
            }
            if self.mail_channel == "notify":
                needed |= {
                    "CROWDFUND_KENT_NOTIFY_API_KEY": self.notify_api_key.get_secret_value(),
                    "CROWDFUND_KENT_NOTIFY_TEMPLATE_ID": self.notify_template_id,
                }
            else:
                needed["SMTP_URL"] = self.smtp_url
            missing = [name for name, value in needed.items() if not value]
            if missing:
                raise ValueError(f"set {', '.join(missing)} in the environment (docs/settings.md says what each is)")
            if self.stripe_base_url:
                raise ValueError("STRIPE_BASE_URL points to a stand-in: leave it unset in production")
            if not self.calls_a_second:
                raise ValueError(
                    "CROWDFUND_KENT_CALLS_A_SECOND=0 is for tests: the provider refuses more than 25 a second"
                )
        return self

    @model_validator(mode="after")
    def times_agree(self) -> Self:
        """A worker's job ends before it is cut off, and no call of it is under way once its rows are another worker's.

        A call lasts stripe_timeout_seconds at most: workers make one try, since the pump itself tries again. Drills shorten
        the lease on purpose.
        """
        if self.mode is Mode.TEST:
            return self
        if self.job_timeout_seconds < self.pump_work_seconds + self.stripe_timeout_seconds:
            raise ValueError(
                "CROWDFUND_KENT_JOB_TIMEOUT_SECONDS must be at least CROWDFUND_KENT_PUMP_WORK_SECONDS and"
                f" CROWDFUND_KENT_STRIPE_TIMEOUT_SECONDS together: {self.pump_work_seconds + self.stripe_timeout_seconds:g}"
            )
        if self.lease_seconds < self.job_timeout_seconds + self.stripe_timeout_seconds:
            raise ValueError(
                "CROWDFUND_KENT_LEASE_SECONDS must be at least CROWDFUND_KENT_JOB_TIMEOUT_SECONDS and"
                f" CROWDFUND_KENT_STRIPE_TIMEOUT_SECONDS together: {self.job_timeout_seconds + self.stripe_timeout_seconds:g}"
            )
        return self

    @property
    def is_production(self) -> bool:
        """True where real residents and real cards are."""
        return self.mode is Mode.PRODUCTION


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
