"""Exchange between laptops and the hub: what is sent, what is accepted, and the file it travels in (`sync.md`)."""
