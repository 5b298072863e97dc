"""Answers and forms as HL7 FHIR R4."""
