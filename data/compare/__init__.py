"""Two plans, versions, proposals or nations held against each other."""
