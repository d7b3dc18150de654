"""Messages on the desktop: the outbox, the history of a customer and a job, the texts they are made of, the passwords."""
