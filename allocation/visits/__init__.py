"""Home visits: whom a caseworker visits on which day, and in what order."""
