"""The catalogue of wrong answers as a table: check, wrong answer, advice.

uv run python -m tests.wrong_answers                  # of all checks
uv run python -m tests.wrong_answers whole_pictures   # of one module
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from wrong_answers.table import modules, table

if __name__ == "__main__":
    there = modules()
    unknown = set(sys.argv[1:]) - set(there)
    if unknown:
        sys.exit(f"no checks {', '.join(sorted(unknown))}; there are {', '.join(there)}")
    print("\n".join(table(sys.argv[1:] or there)))
