"""Pages and workbooks of the working life of centers."""
