"""Evidence of what was published: `record` what a state was, `keeping` where it lies, `causes` what is not as it was.

`deriving` makes the numbers again from what was kept, `verifying` holds them against what was published.
"""
