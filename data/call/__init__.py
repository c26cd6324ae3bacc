"""A call for applications: its rules, the seal on them, who is eligible, and who comes first of two alike."""
