"""The finance model: what is claimed, what finance accepted of it, what it costs to run; each class for itself."""
