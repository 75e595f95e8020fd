"""What the rules of place and day mean for somebody: codes and numbers, no wording."""
