"""The review as slides: what its pages say, as native charts and tables that a company opens in its own master."""
