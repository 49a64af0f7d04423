"""The yearly question whether an entry is still right: who is asked by mail, and when."""
