"""Who gets which service where, and where devices that are still to come serve most."""
