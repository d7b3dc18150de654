"""Routes for one day: a frozen problem in, a checked plan with its reasons out. Knows no database and no screen."""
