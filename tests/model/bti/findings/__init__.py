"""The findings of section 7.4."""
