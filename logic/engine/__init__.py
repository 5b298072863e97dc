"""pyDatalog and nothing else: the clauses and facts it holds, the questions it answers."""
