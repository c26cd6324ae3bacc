"""Which center a point, a place or a list of them belongs to, from the cells neighbourhoods are made of."""
