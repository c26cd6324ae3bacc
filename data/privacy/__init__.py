"""What may be told of many households without telling of one: counts in steps, ground as of a release.

Whoever is handed a map, a page or a public export may keep every version and subtract one from the next. The
official figures change with every household, and so they must: how many households and cases a plan and
each of its centers has, how many are without a center, and why. They are exempt, by name. Of everything else
(density, places, kilometres, neighbourhoods) holds, with ``k`` the rule ``privacy_k``:

1. **A version in which few changed tells nothing new.** It stands in the *release* of an earlier one until at
   least ``k`` households have another point, place or center than they had in that release, or came, or left
   (`data.privacy.releases`). So any fewer than ``k`` households that change between a release and a later
   version change no byte beyond the official figures.
2. **A count moves by k or not at all.** What was last *decided* of a cell or a place stays until as many as
   ``k`` more, or fewer, live there (`data.privacy.ratchet`), also where that was too few to be shown. So a
   count that changes tells of at least ``k`` households that came to that very cell, or left it.
3. **A count is told as a multiple of k, rounded down**, and not at all below ``k``. What hides in
   the rounding of many cells cannot be found by subtracting them from an official total.
4. **A distance is told to 0.1 km**, and only where ``k`` households or more live on either side of it
   (`data.public`).

What is not promised: official totals tell, by themselves, that a household went from the center that lost one
to the center that won one. In a release, the household that comes last may be the one with which a count
moves; the count tells of ``k`` households and not which of them it was. What opens, closes or moves a center
is a release whatever number of households that concerns, for the ground must be parted anew. And the
neighbourhoods of two releases, between which ``k`` households or more changed, differ where those live.
"""
