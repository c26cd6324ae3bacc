"""Why it is so and not otherwise: solved again with one thing changed."""
