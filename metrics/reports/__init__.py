"""Reports: published tables that stand beside the values, one file each; `catalog` lists them."""
