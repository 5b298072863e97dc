"""The ground floor: the vocabulary, the typed case, reading and checking files, cases as facts."""
