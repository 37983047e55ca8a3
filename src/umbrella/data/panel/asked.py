"""What the caller of `make_panel` fixed, and whether it fits the table."""

from dataclasses import dataclass

from umbrella.base.errors import ConfigError, DataError, listed
from umbrella.base.limits import Limits
from umbrella.data.panel.frequency import named
from umbrella.data.panel.zones import require_zone
from umbrella.data.table import Table

LAYOUTS = ("long", "wide", "rows")


@dataclass(frozen=True)
class Asked:
    """See `make_panel`."""

    time: tuple[str, ...]
    targets: tuple[str, ...]
    ids: str | None
    covariates: tuple[str, ...]
    frequency: str | None
    zone: str | None
    least: int
    day_first: bool | None
    limits: Limits

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the panel."""
        return (*self.targets, *self.covariates)


def require(table: Table, asked: Asked, layout: str) -> None:
    """Make sure of names, roles and settings before anything is read.

    Raises:
        ConfigError: a setting is unknown, or a column has two roles.
        DataError: a column is unknown, or the table is empty or too long.
    """
    if layout not in LAYOUTS:
        raise ConfigError(f"layout={layout!r} is unknown. Choose one of: {', '.join(LAYOUTS)}.")
    require_zone(asked.zone)
    if asked.frequency is not None:
        named(asked.frequency)
    if asked.least < 2:
        raise ConfigError(f"least={asked.least} is too few: a series has 2 rows or more.")
    own = () if asked.ids is None else (asked.ids,)
    named_columns = (*asked.time, *own, *asked.targets, *asked.covariates)
    for name in named_columns:
        table.require(name)
    doubled = [name for name in named_columns if named_columns.count(name) > 1]
    if doubled:
        raise ConfigError(
            f"Column {doubled[0]!r} is named twice. The time is {listed(asked.time) or 'none'}; "
            f"series are told apart by {asked.ids or 'nothing'}; {listed(asked.targets)} is "
            f"forecast; {listed(asked.covariates) or 'nothing'} is read beside it. Name it once."
        )
    if layout != "rows" and not asked.targets:
        raise ConfigError("No target is named. Name the column to be forecast: targets=['close'].")
    if layout == "wide" and asked.ids is not None:
        raise ConfigError(
            f"layout='wide' makes each target a series, but ids={asked.ids!r} names series too. "
            "Leave one of them out."
        )
    if not table.rows:
        raise DataError(f"{table.name} has no rows. Give a table with two rows or more.")
    if table.rows > asked.limits.rows:
        raise DataError(f"{table.name} has {table.rows:,} rows; at most {asked.limits.rows:,} fit.")
