"""The catalogue of wrong answers as a table: check, wrong answer, advice.

uv run python -m tests.tools.wrong_answers                  # of all checks
uv run python -m tests.tools.wrong_answers whole_pictures   # of one module
"""

import sys

from tests.support.wrong_answers.table import modules, table

if __name__ == "__main__":
    there = modules()
    unknown = set(sys.argv[1:]) - set(there)
    if unknown:
        sys.exit(f"no checks {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    print("\n".join(table(sys.argv[1:] or there)))
