"""Tables and rules become a problem, and what is wrong with them is told."""
