"""A nation's folder: its provinces, its proposals, and the families that cross between them."""
