"""Effects: what changed from one period to the next, since the baseline, by segment, with each release and roll-out.

One file a kind of comparison; each yields `Effect`s, the rows of the published table `comparisons`.
"""
