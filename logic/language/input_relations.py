"""The relations of facts, as the rules use them: one typed relation for each row of the schema."""

from __future__ import annotations

from clausewise.facts.schema import SCHEMA
from clausewise.logic.language.notation import Relation, relation


def _given(name: str) -> Relation:
    schema = SCHEMA[name]
    return relation(schema.name, schema.columns, schema.meaning, given=True)


line = _given("line")
procedure = _given("procedure")
procedure_code = _given("procedure_code")
received = _given("received")
planned_service_date = _given("planned_service_date")
plan = _given("plan")
purpose = _given("purpose")
stated_diagnosis = _given("stated_diagnosis")
record_complete = _given("record_complete")
finding = _given("finding")
documented_present = _given("documented_present")
documented_absent = _given("documented_absent")
score = _given("score")
therapy = _given("therapy")
therapy_for_joint = _given("therapy_for_joint")
therapy_start = _given("therapy_start")
therapy_start_unknown = _given("therapy_start_unknown")
therapy_end = _given("therapy_end")
therapy_end_unknown = _given("therapy_end_unknown")
therapy_ongoing = _given("therapy_ongoing")
therapy_completed = _given("therapy_completed")
therapy_outcome = _given("therapy_outcome")
exercise_prescription = _given("exercise_prescription")
exercise_follow_up = _given("exercise_follow_up")
tens_detail = _given("tens_detail")
inability = _given("inability")
inability_therapy = _given("inability_therapy")
injection = _given("injection")
injection_purpose = _given("injection_purpose")
injection_agent = _given("injection_agent")
intra_articular = _given("intra_articular")
image_guided = _given("image_guided")
contrast_enhanced = _given("contrast_enhanced")
relief = _given("relief")
relief_lasted = _given("relief_lasted")
injection_outcome = _given("injection_outcome")
imaging = _given("imaging")
study_shows = _given("study_shows")
study_excludes = _given("study_excludes")
entry_side = _given("entry_side")
entry_date = _given("entry_date")
undated = _given("undated")
day_of_record = _given("day_of_record")
baseline_entry = _given("baseline_entry")
revises = _given("revises")
parameter = _given("parameter")
reading = _given("reading")
months_before = _given("months_before")
policy_effective = _given("policy_effective")
policy_plan = _given("policy_plan")
