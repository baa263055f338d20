"""演示公文: senders, incoming documents and phrases of the demonstration office, as plain data."""
