"""What stands before the clinic's window: first-run wizard, sign-in, lock screen."""
