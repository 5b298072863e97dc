"""HL7 FHIR R4 out: a decision as a ClaimResponse, a procedure's questions as a Questionnaire."""
