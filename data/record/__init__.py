"""What a casebook tells of its past, and every version of it recounted."""
