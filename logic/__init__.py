"""The policy as logic: notation, the clauses of MM-1508, the engine, determination and proof."""
