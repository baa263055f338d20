"""Reference data of documents: senders, time limits, retention classes, phrases."""
