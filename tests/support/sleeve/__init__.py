"""A policy of the tests without sides, joints, imaging or readings.

It asks for an age, a body mass index (alone, or lower with one of some comorbidities), a course of
visits without a long gap, no more than so many of them, and a finding that is an exclusion.
"""

from __future__ import annotations

from pathlib import Path as Folder

from clausewise.logic.language.criteria import L, all_of, any_of, at_most, gate, part
from clausewise.logic.language.dated import DatedPolicy
from clausewise.logic.language.determination_rules import write_outcome
from clausewise.logic.language.input_relations import line
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.language.policy import Path
from clausewise.logic.language.policy_files import read_about, read_parameters
from clausewise.logic.library import days, findings, measures, member, sides, visits
from clausewise.logic.library.scope import scope

_FOLDER = Folder(__file__).parent
_SECOND = read_about(_FOLDER).versions[1].first
D, E = variables("D E")

SECTION = Section("1", "Sleeve gastrectomy")

gate(
    SECTION,
    "all",
    "sleeve gastrectomy is medically necessary when all of these hold",
    all_of("1", "2", "3", part("4", since=_SECOND)),
    published=True,
    name="sleeve gastrectomy",
)
member.age_at_least(SECTION, "1", "the member is an adult", "minimum_age", name="age")
gate(SECTION, "2", "the body mass index is high enough", any_of("2.a", "2.b"), name="weight")
measures.at_least_measured(
    SECTION, "2.a", "a body mass index of at least 40", "body_mass_index", "minimum_bmi"
)
gate(
    SECTION,
    "2.b",
    "a lower body mass index with a comorbidity",
    all_of("2.b.1", "2.b.2"),
    name="with a comorbidity",
)
measures.measured_between(
    SECTION,
    "2.b.1",
    "a body mass index below 40 that is high enough with a comorbidity",
    "body_mass_index",
    "minimum_bmi_with_comorbidity",
    "minimum_bmi",
)
gate(
    SECTION,
    "2.b.2",
    "one of these comorbidities",
    any_of("2.b.2.a", "2.b.2.b", "2.b.2.c"),
    name="comorbidity",
)
for letter, name in zip(
    "abc", ("type_2_diabetes", "hypertension", "obstructive_sleep_apnea"), strict=True
):
    findings.present(SECTION, f"2.b.2.{letter}", name.replace("_", " "), name)
visits.course(
    SECTION,
    "3",
    "a supervised course of visits that follow each other in time",
    "weight_management_visit",
    minimum="minimum_visits",
    period="visits_look_back",
    longest_gap="longest_gap",
    name="course of visits",
    question="When were the visits of the course?",
)

had = relation("had", "line day", "a visit was had in the period")
may_have_had = relation("may_have_had", "line entry", "a visit may have been had in the period")
with SECTION.clause(
    "4.visits", "the visits that count", kind="definition", published=False, since=_SECOND
):
    had(L, D) <= line(L) & visits.session("3", D)
    may_have_had(L, E) <= line(L) & visits.possible_session("3", E)
at_most(
    SECTION,
    "4",
    "no more visits than the course has",
    "maximum_visits",
    had(L, D),
    may_have_had(L, E),
    "visits",
    name="limit of visits",
    since=_SECOND,
)
EXCLUDED = Section("5", "Exclusions")
findings.present(
    EXCLUDED, "5", "a generalized pain disorder", "generalized_pain_disorder", kind="exclusion"
)

PATHS = (Path("sleeve_gastrectomy", "sleeve gastrectomy", "all", ("5",)),)

WRITTEN = DatedPolicy(
    about=read_about(_FOLDER),
    parameters=read_parameters(_FOLDER),
    readings=(),
    paths=PATHS,
    sections=(
        scope(["sleeve_gastrectomy"]),
        SECTION,
        EXCLUDED,
        write_outcome(PATHS),
    ),
    library=(days.DAYS, sides.SIDES, findings.FINDINGS, measures.MEASURES),
    package=__name__,
    roles={**days.ROLES, **sides.ROLES},
)
