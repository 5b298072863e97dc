"""The workbench in the browser and the decision service (extra ``clausewise[serve]``).

``guard`` lets in who has the token, and limits what a request may cost; ``folder`` holds what is
served; ``pages`` answers with HTML, ``service`` with JSON under ``/api``, ``fhir`` with FHIR R4
under ``/fhir``; ``forms`` makes fields of a Questionnaire; ``app`` puts them together.
"""
