"""The calendar page, and the month that other pages show too."""
