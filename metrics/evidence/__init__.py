"""Evidence: an id for whatever is published, over what it says and what it was made of; no clock and no run in it."""
