"""What goes wrong, in the words of the command."""


class Error(Exception):
    """One sentence per fault, with file, line and column where it has a place; `code` is the command's exit code: 64 wrong
    usage, 65 bad scenario or data, 66 no such input, 70 a fault of ours."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code
