"""The relations that hold a case as facts: their names, columns and what a row says.

A row holds only vocabulary names, whole numbers, day ordinals, measured numbers and entry keys made
here (``findings[0]``). Free text of a case (names, quotes, titles) never becomes part of a fact.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RelationSchema:
    """One relation of facts. ``source`` tells where its rows come from: "case", "policy",
    "vocabulary", "choice" (parameters and readings) or "calendar"."""

    name: str
    columns: str
    meaning: str
    source: str = "case"


_RELATIONS = (
    RelationSchema("line", "line", "the request has a service line on this side"),
    RelationSchema("procedure", "procedure", "the procedure asked for"),
    RelationSchema("procedure_code", "code", "the procedure was named by this CPT code"),
    RelationSchema("received", "day", "the day the request was received"),
    RelationSchema("planned_service_date", "day", "the day the service is planned for"),
    RelationSchema("plan", "plan", "the plan of the member"),
    RelationSchema("purpose", "purpose", "the stated purpose of the procedure"),
    RelationSchema("stated_diagnosis", "diagnosis", "a diagnosis stated in the request"),
    RelationSchema("record_complete", "domain", "the record is said to be complete for the domain"),
    RelationSchema("finding", "entry finding", "an entry that speaks of a finding"),
    RelationSchema("documented_present", "entry", "the entry documents its finding as present"),
    RelationSchema("documented_absent", "entry", "the entry documents its finding as absent"),
    RelationSchema("score", "entry points", "a documented sacroiliac joint pain score (0-10)"),
    RelationSchema("therapy", "entry kind", "a documented episode of conservative therapy"),
    RelationSchema("therapy_for_joint", "entry", "the episode is for the joint or the low back"),
    RelationSchema("therapy_start", "entry day", "the first day of the episode"),
    RelationSchema("therapy_start_unknown", "entry", "the episode has no documented start"),
    RelationSchema("therapy_end", "entry day", "the last day of the episode"),
    RelationSchema("therapy_end_unknown", "entry", "neither an end nor 'ongoing' is documented"),
    RelationSchema("therapy_ongoing", "entry", "the episode is documented as ongoing"),
    RelationSchema(
        "therapy_completed", "entry answer", "whether the episode was completed: yes, no"
    ),
    RelationSchema("therapy_outcome", "entry outcome", "the outcome: failed, partial, relief"),
    RelationSchema(
        "exercise_prescription", "entry answer", "a prescription or plan exists: yes, no"
    ),
    RelationSchema("exercise_follow_up", "entry answer", "a follow-up after completion: yes, no"),
    RelationSchema("tens_detail", "entry detail", "use, frequency or duration is documented"),
    RelationSchema("inability", "entry reason", "active therapy could not be completed, and why"),
    RelationSchema("inability_therapy", "entry therapy", "the episode that could not be completed"),
    RelationSchema("injection", "entry", "a documented injection"),
    RelationSchema("injection_purpose", "entry purpose", "a purpose: diagnostic, therapeutic"),
    RelationSchema("injection_agent", "entry agent", "an agent that was injected"),
    RelationSchema("intra_articular", "entry answer", "given into the joint: yes, no"),
    RelationSchema("image_guided", "entry answer", "given under image guidance: yes, no"),
    RelationSchema("contrast_enhanced", "entry answer", "contrast was used: yes, no"),
    RelationSchema("relief", "entry percent", "pain relief in percent; of a range the lower bound"),
    RelationSchema("relief_lasted", "entry answer", "relief lasted as expected: yes, no"),
    RelationSchema("injection_outcome", "entry outcome", "the outcome: failed, relief"),
    RelationSchema("imaging", "entry modality region", "a documented imaging study"),
    RelationSchema("study_shows", "entry result", "the study shows this"),
    RelationSchema("study_excludes", "entry result", "the study excludes this"),
    RelationSchema(
        "entry_side",
        "entry side",
        "left, right, bilateral, unstated, or not_side_specific for kinds without a side",
    ),
    RelationSchema("entry_date", "entry day", "the day of an entry"),
    RelationSchema("undated", "entry", "the entry states no date"),
    RelationSchema("day_of_record", "day", "some entry of the record has this date"),
    RelationSchema("baseline_entry", "entry", "the entry is not the result of a procedure"),
    RelationSchema("revises", "entry", "the entry says that it revises earlier ones"),
    RelationSchema("parameter", "name value", "a number of the policy", "choice"),
    RelationSchema("reading", "name value", "a chosen way of reading the text", "choice"),
    RelationSchema(
        "months_before", "day months earlier", "the day so many calendar months before", "calendar"
    ),
    RelationSchema("policy_effective", "day", "the first day the policy is in force", "policy"),
    RelationSchema("policy_plan", "plan", "the plan the policy is written for", "policy"),
)

OPPOSITES = {
    "documented_present": "documented_absent",
    "documented_absent": "documented_present",
    "study_shows": "study_excludes",
    "study_excludes": "study_shows",
}
"""Relations of which an entry documents one or the other, or neither."""

SCHEMA: dict[str, RelationSchema] = {schema.name: schema for schema in _RELATIONS}
"""Every relation of facts by its name."""
