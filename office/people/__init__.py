"""Units, people, their posts, and who acts for whom."""
