"""The books: papers, payments and what they settle, over an append-only ledger and a balanced journal.

Every change of money takes one lock first (`hold_books`), then writes the document, its entry and its items in one
transaction. Balances, what is open and ages are derived from the ledger, as of any day.
"""
