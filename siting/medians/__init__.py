"""Where centers go when no site is given: catchments and the capacitated p-median problem."""
