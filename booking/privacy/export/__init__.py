"""The data of one person as a file for that person (PIPL, article 45)."""
