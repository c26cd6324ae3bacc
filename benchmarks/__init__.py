"""Measured, not asserted: how long the work takes, how much memory it needs, and how good its answers are."""
