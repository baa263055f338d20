"""Word: the same document as a .docx with the standard's fonts, sizes, margins and grid."""
