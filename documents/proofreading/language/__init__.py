"""Rules about its language: marks, numerals, wording, citations, closings."""
