"""THE PUBLIC WINDOW: search the register, and look at one instructor's free time.

Nothing here changes anything, and no contact value is read here.
"""
