"""What the dashboard shows: today's figures with the visits behind them, the week, and what needs somebody soon."""
