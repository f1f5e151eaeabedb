"""How often one network may ask about following.

The numbers are for the worst honest case: the customers of a mobile provider, many behind
one address, whom an alert brings all at once.
"""

from __future__ import annotations

from stoppress.lib.pace import Pace

# Follows: each may be a new row, and a new letter in each alert. Stops one machine from
# filling the table: 300 at once, then 86,400 a day.
FOLLOWS = Pace(at_once=300, a_minute=60)

# Everything else that a page asks about following: a look at a row or two.
QUESTIONS = Pace(at_once=1_000, a_minute=1_200)

# Clicks that are counted: an estimate anyway, not worth a program's while.
CLICKS = Pace(at_once=300, a_minute=60)
