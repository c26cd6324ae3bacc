"""Rows that tell a place and no point are given the point of that place, where it is sure which is meant."""
