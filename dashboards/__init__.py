"""Words and pictures: pages made from published data only. Imports metrics; never pipelines."""
