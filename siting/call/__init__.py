"""A call for applications as the engine sees it: ties are settled, and who withdraws is replaced."""
