"""`python -m streamgauge.relay`."""

import sys

from streamgauge.relay.command import enter

if __name__ == "__main__":
    sys.exit(enter())
