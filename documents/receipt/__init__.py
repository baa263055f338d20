"""收文: from the envelope that is signed for to the document that is filed (条例 §24)."""
