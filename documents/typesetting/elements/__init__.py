"""What a document consists of (条例 第九条), each element drawn at its place."""
