"""One function for each thing a person can do; none commits, `Database.write` does."""
