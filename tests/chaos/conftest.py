"""What several tests of chaos need."""

from tests.receiver.test_faults import small_disk

__all__ = ["small_disk"]
