"""What the table of a sweep says: numbers as tidy data frames, without pictures and without pages."""
