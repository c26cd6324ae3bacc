"""How much better a plan could be at most: the relaxation, its bound, and the branches below it."""
