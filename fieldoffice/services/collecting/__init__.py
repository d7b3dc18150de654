"""What is done about what is owed: finance charges, statements, reminders."""
