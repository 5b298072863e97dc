"""HL7 FHIR R4 in: the bundle of a prior authorization becomes case files.

Enters: a bundle, a single resource or a filled form. Leaves: a case for each procedure asked for,
with the resource behind each entry and a remark on whatever was not understood.
"""
