"""Providers: the list, and one provider with skills, hours, absences, work calendar and load."""
