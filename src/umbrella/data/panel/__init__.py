"""Tables with a time column as series: `make_panel`, and `find_roles` to propose its columns."""

from umbrella.data.panel.finding import Finding
from umbrella.data.panel.frequency import Frequency
from umbrella.data.panel.make import make_panel
from umbrella.data.panel.panel import Panel
from umbrella.data.panel.roles import Roles, find_roles

__all__ = ["Finding", "Frequency", "Panel", "Roles", "find_roles", "make_panel"]
