"""Services: the price book, the taxes on it, and the skills that services need."""
