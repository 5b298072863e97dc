"""The ground floor: what a case is, before any policy.

Words that a case may use (``vocabulary``), the typed case and its files (``case``), FHIR records as
cases (``fhir``), files and folders of either (``loading``), and a case as facts, the rows that
rules see (``relations``, described by ``schema``). Nothing here knows a rule.
"""
