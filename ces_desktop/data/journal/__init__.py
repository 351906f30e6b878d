"""The journal: ops, the tables that follow from them, the proof, and undo (`sync.md` 1–3)."""
