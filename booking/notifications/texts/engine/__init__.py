"""What text messages say, how they are signed, and what refusals of a provider mean."""
