"""公文: documents that come in, are written, go out and are kept."""
