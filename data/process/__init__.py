"""A run as a process: how it answers, where its work is done, when it ends."""
