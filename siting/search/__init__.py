"""Search for the sites to open, judged by exact flow."""
