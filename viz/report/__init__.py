"""HTML pages: the report of a case and the summary of an audit."""
