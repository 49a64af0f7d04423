"""The pages on which another time or instructor is proposed for a lecture, and answered."""
