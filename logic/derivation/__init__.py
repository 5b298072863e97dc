"""The loaded clauses evaluated once more, with every rule instance kept: the second evaluation."""
