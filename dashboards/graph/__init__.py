"""A branching graph laid out in layers and drawn as SVG: pure, and the same every time. Knows no step and no page."""
