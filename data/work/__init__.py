"""The working life of centers: who works where, whom they visit, what was done, what it costs."""
