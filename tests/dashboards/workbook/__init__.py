"""The workbook of the review: what it holds, what follows when a rate is changed, and what nobody can do with it."""
