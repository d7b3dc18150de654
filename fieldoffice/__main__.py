"""python -m fieldoffice"""

from __future__ import annotations

import sys

from fieldoffice.main import main

if __name__ == "__main__":
    sys.exit(main())
