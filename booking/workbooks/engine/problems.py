"""Why a file cannot be read as a workbook, whatever it should hold."""

from enum import StrEnum


class FileProblem(StrEnum):
    """Why a file as a whole cannot be read."""

    NOTHING = "nothing"
    OLD_XLS = "old_xls"
    NOT_XLSX = "not_xlsx"
    ENCRYPTED = "encrypted"
    TOO_LARGE = "too_large"
    TOO_HARD = "too_hard"


class UnreadableFile(Exception):
    """Raised when a file cannot be read."""

    def __init__(self, problem: FileProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem
