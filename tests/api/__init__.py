"""The API for machines."""
