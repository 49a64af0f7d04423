"""Names, pinyin and controlled vocabularies of the register, without a database."""
