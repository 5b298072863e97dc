"""From files and folders to cases, whatever form they have: case files, FHIR, NDJSON."""
