"""fieldoffice: the back office of a field-service company."""

__version__ = "0.4.0"
