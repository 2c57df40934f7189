"""Working time: from calendars in words to spells in UTC, which `facts.working_times` measures with."""
