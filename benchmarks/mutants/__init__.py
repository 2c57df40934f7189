"""Mutation testing of metrics/: small faults put into the code and into its SQL, each of which some test must notice.

`python -m benchmarks.mutants --help` says how to run it. mutmut and cosmic-ray mutate Python only; most of the meaning
of metrics/ stands in SQL, which they take for text.
"""
