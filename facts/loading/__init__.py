"""Files and folders become cases, whatever their form: case files, FHIR, NDJSON.

Enters: a path. Leaves: its cases, each with its address, or the errors of those that are bad."""
