"""Synonyms of search words: a search for one word also finds entries with another."""
