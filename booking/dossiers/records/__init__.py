"""The dossier of one lecture: its parts, who may read it, its page and its PDF."""
