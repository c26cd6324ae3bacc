"""What is asked of a network that runs, checked, and the problem that follows from it."""
