"""What applicants of a call are told, on paper."""
