"""Operations: background work, mail that could not be delivered, storage, versions, backups."""
