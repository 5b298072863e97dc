"""The register of readings: where the text of MM-1508 can be read in more than one way.

Each choice is a fact, ``reading(name, value)``, that rules ask for; the first value is the default.
A what-if chooses another value.
"""

from __future__ import annotations

from clausewise.logic.language.policy import Reading


def _reading(name: str, labels: str, spot: str, **choices: str) -> Reading:
    """A reading; keyword names cannot begin with a digit, so a leading underscore is dropped."""
    return Reading(
        name,
        {value.removeprefix("_"): meaning for value, meaning in choices.items()},
        tuple(labels.split()),
        spot,
    )


READINGS = (
    _reading(
        "version_in_force",
        "scope.in_force",
        "the text names an effective date but not the event that has to follow it",
        received="the policy has to be in force on the day the request is received",
        planned_service_date="the policy has to be in force on the planned day of service",
    ),
    _reading(
        "look_back_anchor",
        "C.anchor D.I.A.2 D.I.B.4",
        "periods 'within the past months' have no stated end",
        received="periods are counted back from the day of receipt",
        planned_service_date="periods are counted back from the planned day of service, when given",
    ),
    _reading(
        "evidence_cutoff",
        "C.anchor",
        "up to which day evidence counts is not said",
        file="up to the decision, or the last day on which something was received",
        received="up to the day of receipt",
    ),
    _reading(
        "undated_entries",
        "C.entries",
        "whether documentation has to be dated is not said where no age is limited",
        count="an undated entry counts where no clause limits its age",
        never="an undated entry never counts",
    ),
    _reading(
        "ongoing_until",
        "C.episodes D.I.B.4.a D.I.B.4.b",
        "how far a note of therapy as 'ongoing' reaches is not said",
        document="up to the date of the document that says so",
        receipt="up to the anchor, whatever the date of the document",
    ),
    _reading(
        "exercise_weeks",
        "C.HEP D.I.B.4.a",
        "a '6 week' program may end in its sixth week",
        forty_two_days="42 days of it have to be documented",
        into_the_sixth_week="36 days suffice, into the sixth week",
    ),
    _reading(
        "radiating",
        "C.findings D.I.B.1",
        "how far pain has to reach to be radiating is not said",
        any_radiation="any radiation counts",
        below_knee="pain in the buttock, groin or thigh does not radiate",
    ),
    _reading(
        "attempts",
        "D.I.B.7 D.I.B.10",
        "whether two documented attempts are all there were is not said",
        record_says="only where the record is said to be complete for injections",
        two_are_all="two attempts on different dates are taken for all there are, so that one that "
        "failed leaves too few",
    ),
    _reading(
        "unsided_joint_study",
        "C.imaging D.I.A.2 D.I.B.9.a",
        "a study of the joint often names no side",
        both_joints="it bears on both joints",
        neither="it supports neither",
    ),
    _reading(
        "exclusion_side",
        "D.II.A D.II.B",
        "the exclusions name no side",
        stated_side="a side that an entry states is respected",
        anywhere="an exclusion applies whatever side the entry states",
    ),
    _reading(
        "laterality",
        "C.entries",
        "side is named only for the hip radiographs",
        same_side="an entry counts only on the side of the service line",
        any_side="an entry counts whatever its side",
    ),
    _reading(
        "examination_age",
        "C.findings D.I.B.1 D.I.B.2 D.I.B.3 D.I.B.5 D.I.B.6",
        "no age of an examination is stated",
        none_stated="an examination counts however old it is",
        within_12_months="an examination has to be dated within the 12 months before the anchor",
    ),
    _reading(
        "device_scope",
        "D.I.B.0",
        "'fusion/stabilization' names no device or approach",
        all_percutaneous="every percutaneous technique is covered",
        transfixing_only="CPT 27278 is not covered",
    ),
    _reading(
        "pain_score_choice",
        "D.I.B.2",
        "which of several pain scores counts is not said",
        latest="the latest score counts",
        highest_in_6_months="the highest score of the last 6 months counts",
    ),
    _reading(
        "therapy_duration",
        "D.I.B.4.a D.I.B.4.b",
        "'at least 6 months within the past 12' may be one course or several",
        cumulative="all covered days within the period are added up",
        continuous="one unbroken run of days has to reach the minimum",
    ),
    _reading(
        "month_length",
        "D.I.B.4.a D.I.B.4.b",
        "how many days make 6 months is not said",
        shortest_calendar="the fewest days that six calendar months in a row have, 181",
        _30_days="six times 30 days, 180 days",
        before_receipt="the days of the six calendar months before the anchor, 181 to 184",
    ),
    _reading(
        "conservative_failure",
        "D.I.B.4",
        "failure of therapy is 'evidenced by' its duration",
        duration_evidences="the duration is the evidence of failure",
        inadequate_relief="an episode that brought relief does not count",
    ),
    _reading(
        "hep_inability",
        "C.HEP D.I.B.4.a",
        "the definition of the exercise program names inability beside the six weeks",
        not_an_episode="inability feeds the alternative in 4.a only",
        counts_as_episode="a program that could not be completed counts as an episode as well",
    ),
    _reading(
        "inability_reasons",
        "D.I.B.4.a",
        "clause and definition list different reasons of inability",
        plus_physical="contraindication, increased pain, intolerance, and physical inability to "
        "perform the exercises",
        clause_list="contraindication, increased pain or intolerance",
    ),
    _reading(
        "inability_scope",
        "D.I.B.4.a",
        "inability to complete 'active conservative therapy' may mean one therapy or all",
        any_active_therapy="one active therapy that could not be completed suffices",
        active_therapy_as_a_whole="only an inability that is not tied to one therapy counts",
    ),
    _reading(
        "inability_window",
        "D.I.B.4.a",
        "the 12 months stand before the 'OR' of inability",
        none="an inability counts whenever it was documented",
        look_back="an inability has to be dated within the 12 months",
    ),
    _reading(
        "provocative_pool",
        "D.I.B.6",
        "two of 'the following' tests, while 5 names two more",
        listed_three="Gaenslen, distraction and Patrick only",
        all_five="thigh thrust and compression count as well",
    ),
    _reading(
        "block_relief",
        "D.I.B.7",
        "whether the relief is asked of both occasions",
        each_occasion="both blocks have to bring the relief",
        any_occasion="two technically qualifying blocks, at least one with the relief",
    ),
    _reading(
        "failed_block",
        "D.I.B.7",
        "what a further block without the relief means",
        ignored="it does not count, and does no harm",
        disqualifies="a technically qualifying block with less relief makes 7 not met",
    ),
    _reading(
        "combined_injection",
        "D.I.B.7 D.I.B.10",
        "one injection of anesthetic and steroid has two purposes",
        counts_for_both="it may serve 7 and 10",
        block_only="it counts for 7 only",
        steroid_only="it counts for 10 only",
    ),
    _reading(
        "sij_imaging",
        "D.I.B.9.a",
        "'plain radiographs and a CT or MRI' can be bracketed in three ways",
        radiograph_and_cross_sectional="a radiograph and a CT or MRI",
        radiograph_or_cross_sectional="a radiograph or a CT or MRI",
        radiograph_and_ct_or_mri_alone="a radiograph and a CT, or an MRI alone",
    ),
    _reading(
        "imaging_rule_out",
        "D.I.B.9.a D.I.B.9.b D.I.B.9.c",
        "imaging 'to rule out' may name its result or its aim",
        result_excludes="the study has to exclude the condition",
        study_performed="having the study suffices unless it shows the condition",
    ),
    _reading(
        "arthropathy_qualifier",
        "D.I.B.9.a",
        "how far back 'that would not be properly addressed' reaches",
        arthropathy_only="it qualifies inflammatory arthropathy only",
        both="it qualifies destructive lesions too",
    ),
    _reading(
        "hip_osteoarthritis_rule_out",
        "D.I.B.9.b",
        "whether any osteoarthritis counts or only one that causes the pain",
        as_pain_source="only osteoarthritis as a source of the pain counts against",
        any="any osteoarthritis of the hip counts against",
    ),
    _reading(
        "compression_rule_out",
        "D.I.B.9.c",
        "whether any neural compression counts or only one that causes the pain",
        as_pain_source="only a compression that correlates with the symptoms counts against",
        any_compression="any neural compression counts against",
    ),
    _reading(
        "imaging_recency",
        "D.I.B.9",
        "no age of the studies is stated here, unlike in D.I.A.2",
        none_stated="a study counts however old it is",
        within_6_months="a study has to be dated within the 6 months before the anchor",
    ),
    _reading(
        "exclusion_scope",
        "D.II.A D.II.B",
        "the exclusions are introduced as 'other indications' but name findings too",
        by_list="as each list reads: stated diagnoses in D.II.A, presence in D.II.B",
        indication="an exclusion applies only when it is a stated diagnosis",
        presence="an exclusion applies whenever it is present or stated",
    ),
    _reading(
        "generalized_pain",
        "D.II.B.2",
        "D.I.B.8 says 'as the primary etiology', D.II.B.2 does not",
        primary_only="the exclusion applies when it is the primary cause",
        any="the exclusion applies whenever such a behavior or disorder is present",
    ),
    _reading(
        "exclusion_lists",
        "D.II.A D.II.B",
        "each list is headed by one procedure",
        own_path="each list bars its own procedure",
        both_paths="the findings of D.II.A.4 and D.II.B bar either procedure",
    ),
)
