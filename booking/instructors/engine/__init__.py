"""Names, pinyin and controlled words of the register, without a database."""
