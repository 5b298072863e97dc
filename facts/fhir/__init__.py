"""HL7 FHIR R4: bundles of a prior authorization, read as case files."""
