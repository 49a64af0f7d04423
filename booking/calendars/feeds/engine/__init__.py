"""Pure code of feeds: kinds, the window of days, ETags, busy time and weekly hours."""
