"""A network that runs is changed: the fewest well-founded transfers, growth, advice, proposals."""
