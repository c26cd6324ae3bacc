"""Tables, rules, records and checks: what every other room stands on and what knows none of them."""
