"""What calendars show: months and weeks of the whole office, of one provider or of one customer."""
