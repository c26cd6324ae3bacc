"""The commands in the order of the work: a call, a plan, its changes, a center's working life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typer.core import TyperGroup

if TYPE_CHECKING:
    from typer import Context

ORDER = (
    "demo", "rules", "check", "catchments", "seal", "vet", "plan", "verify", "map", "report", "letters",
    "export", "explain", "locate", "try", "decline", "call", "grow", "propose", "rebalance", "handover",
    "apply", "history", "show", "compare", "revert", "caseworkers", "visits", "record", "services", "fees",
    "tariffs", "status",
)  # fmt: skip
"""As `siting --help` lists them: typed in this order, the example of each finds what those before it made."""


class InOrder(TyperGroup):
    """A group that lists its commands in `ORDER`, and any other after them."""

    def list_commands(self, ctx: Context) -> list[str]:  # type: ignore[override]
        """Return the names of the commands."""
        return sorted(super().list_commands(ctx), key=lambda name: (*ORDER, name).index(name))
