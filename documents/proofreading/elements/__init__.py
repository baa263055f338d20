"""Rules about the elements of a document: number, title, relations, outline, attachments, head."""
