"""The letters of columns."""


def letter(index: int) -> str:
    """The letters of a column by its index from 0: A, B … Z, AA."""
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters = chr(ord("A") + rest) + letters
        index -= 1
    return letters


def index_of(letters: str) -> int:
    """The index from 0 of a column by its letters; the inverse of `letter`."""
    index = 0
    for character in letters:
        index = index * 26 + ord(character) - ord("A") + 1
    return index - 1
