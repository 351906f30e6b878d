"""Everything that touches the disk: encryption, tables, the journal, queries, backups."""
