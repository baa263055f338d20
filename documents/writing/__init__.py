"""拟稿: the writing screen; text, findings, suggestions and the page as it prints."""
