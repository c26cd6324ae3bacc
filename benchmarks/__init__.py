"""Measured, not asserted: how long the work takes and how much memory it needs."""
