"""Several streams in one review: what each found, what each claims and asks, class by class, on one page."""
