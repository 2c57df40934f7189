"""What a review asks to decide and what people fear: models, their file, their rows. It knows no page and no clock."""
