"""An order from click to door: a simulated log whose true numbers are known, to try and to check the product with."""
