"""What if: a plan's problem planned again by other rules, each price with what is proven of it."""
