"""Questions with an answer: each `ask` returns plain data, or None when the person turned away."""
