"""How wide the register is. Loops over a width that is known when they are compiled take half the time."""

SLOTS = 6  # holdings of a row, of both accounts
SPLIT = 5  # four chosen funds and the plain default, which takes what a cap turns away
