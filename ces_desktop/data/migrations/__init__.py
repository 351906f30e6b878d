"""Schema changes, one file a step; a released step is never edited."""
