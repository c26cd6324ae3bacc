"""Whose files go from which center to which, as private lists to sign."""
