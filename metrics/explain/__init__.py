"""Explain one number: what it rests on, what was left out, which cases stand behind it, and what would move it most."""
