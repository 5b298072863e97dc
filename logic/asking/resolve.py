"""From a parsed query to rules: names resolved against the dictionary, everything checked.

A query becomes a rule whose head has its variables. What the rules' notation does not say in one
literal gets a rule of its own: a clause that is a variable, ``_`` below a negation, a definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clausewise.facts.case.values import nearest
from clausewise.facts.columns import Column, EntryKey, Type
from clausewise.logic.asking.dictionary import (
    UNDOCUMENTED,
    Dictionary,
    undocumented_rule,
)
from clausewise.logic.asking.order import in_order, own_names
from clausewise.logic.asking.parse import (
    Fixed,
    Part,
    QueryError,
    Word,
    WrittenAtom,
    WrittenComparison,
    WrittenCount,
    WrittenTerm,
    names_in,
    parse,
)
from clausewise.logic.asking.question import ANSWER, ANY, HELPER, QUERY, Question
from clausewise.logic.asking.terms import Terms, alike, is_unnamed
from clausewise.logic.language.column_types import ColumnTypes
from clausewise.logic.language.input_relations import procedure, reading
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Literal,
    Negation,
    Relation,
    Rule,
    Term,
    Total,
    Variable,
)
from clausewise.logic.language.well_formed import ProgramError, check_program

_SENTENCE = re.compile(r"\s*\w+( [\w-]+)+\s*\Z")
"""Words alone: the name of a named query, and nothing in the notation of the rules."""
_CHOICES = ("reading", "parameter")


def question(
    dictionary: Dictionary,
    texts: Sequence[str],
    entries: Mapping[str, EntryKey] | None = None,
) -> Question:
    """The question that texts put; the name of a named query stands for its texts.

    ``entries`` are the entries of the one case that is asked, by id and by key. Raises QueryError.
    """
    written = [
        text
        for given in texts
        for text in (
            dictionary.queries[given.strip()].texts
            if given.strip() in dictionary.queries
            else (given,)
        )
    ]
    if not written:
        raise QueryError("there is no query")
    terms = Terms(entries)
    maker = _Maker(dictionary, terms)
    found: list[Rule] = []
    names: tuple[str, ...] | None = None
    for number, text in enumerate(dict.fromkeys(written), 1):
        if _SENTENCE.match(text):
            hint = nearest(text.strip(), dictionary.queries)
            raise QueryError(f"there is no query of the name {text.strip()!r}{hint}")
        body, variables = maker.body(parse(text))
        if names is None:
            names = variables
        elif set(names) != set(variables):
            raise QueryError(
                f"query {number} has the variables {', '.join(variables) or 'none'} and the first "
                f"one {', '.join(names) or 'none'}; alternatives need the same ones"
            )
        found.append(maker.rule(f"{QUERY}{number}", ANSWER, names, body))
    own = (*maker.helpers, *found)
    made = Question(
        dictionary.program, tuple(written), maker.columns(found), own, tuple(terms.notes)
    )
    _check(made)
    return made


def _check(made: Question) -> None:
    """The checks that every program has to pass, for the rules of the query as well."""
    policy = made.program.policy
    registers: Mapping[str, Mapping[str, frozenset[str] | None]] = {
        "reading": {name: frozenset(each.choices) for name, each in policy.reading.items()},
        "parameter": dict.fromkeys(policy.parameter),
    }
    try:
        check_program(made.rules, policy.clauses, registers, [ANSWER])
    except ProgramError as error:
        fault = HELPER.sub(r"\1", error.faults[0]).partition(": ")[2]
        raise QueryError(f"the query: {fault or error.faults[0]}") from None


@dataclass
class _Maker:
    """Makes literals of what is written, and the helping rules that these need."""

    dictionary: Dictionary
    _terms: Terms
    helpers: list[Rule] = field(default_factory=list)
    _types: dict[str, tuple[Column, ...]] = field(default_factory=dict)

    def rule(
        self, identifier: str, name: str, variables: Sequence[str], body: Sequence[Literal]
    ) -> Rule:
        """The rule of this name for some variables; its columns have neutral names."""
        columns = tuple(f"v{number}" for number in range(len(variables)))
        head = Relation(name, columns, "the query")(*map(Variable, variables))
        return self._known(Rule(identifier, "query", head, tuple(body)))

    def _known(self, rule: Rule) -> Rule:
        """The rule, after what its columns hold is noted."""
        types = self._of_variables(rule.body)
        found = tuple(
            types.get(term.name, Column("", Type.UNKNOWN))
            if isinstance(term, Variable)
            else Column("", Type.NAME, frozenset({str(term)}))
            for term in rule.head.arguments
        )
        before = self._types.get(rule.head.key)
        self._types[rule.head.key] = found if before is None else tuple(map(_either, before, found))
        return rule

    def columns(self, rules: Sequence[Rule]) -> tuple[Column, ...]:
        """The columns of the answers, called as the variables of the first rule."""
        names = [str(term) for term in rules[0].head.arguments]
        held = self._types[ANSWER]
        return tuple(replace(each, name=name) for name, each in zip(names, held, strict=True))

    def _of_variables(self, literals: Iterable[Literal]) -> Mapping[str, Column]:
        types = ColumnTypes({**self.dictionary.program.plan.columns, **self._types}, ())
        blank = Relation("", (), "")
        return types.of_variables(Rule("", "", blank(), tuple(literals)))

    # --- bodies -------------------------------------------------------------------------------

    def body(self, parts: Sequence[Part]) -> tuple[tuple[Literal, ...], tuple[str, ...]]:
        """The literals in an order in which each can be answered, and the variables answered."""
        literals: list[Literal] = []
        compared: list[WrittenComparison] = []
        for part in parts:
            match part:
                case WrittenAtom(negated=False):
                    literals += self._atoms(part)
                case WrittenAtom():
                    literals.append(Negation(self._negated(part)))
                case WrittenCount():
                    literals.append(self._total(part))
                case WrittenComparison():
                    compared.append(part)
        for each in compared:
            literals.append(self._terms.comparison(each, self._of_variables(literals)))
        places = names_in(parts)
        ordered = in_order(literals, places)
        own: set[str] = set()
        for literal in literals:
            if isinstance(literal, Total):
                ranging = own_names(literal, literals)
                written = [variable.name for variable in literal.atom.variables()]
                if twice := [name for name in ranging if written.count(name) > 1]:
                    raise QueryError(f"the query: {twice[0]} stands twice in what is counted")
                own |= ranging
        names = dict.fromkeys(variable.name for part in literals for variable in part.variables())
        shown = [name for name in names if name not in own and not name.startswith("_")]
        order = {name: n for n, name in enumerate(places)}
        return ordered, tuple(sorted(shown, key=lambda name: order.get(name, len(order))))

    def _atoms(self, part: WrittenAtom) -> Iterator[Literal]:
        """The atom, and where a variable stands in it twice, the equality that this says."""
        atom = self._atom(part)
        terms: list[Term] = []
        for term in atom.terms:
            if isinstance(term, Variable) and term in terms:
                again = self._terms.unnamed()
                yield Comparison("==", again, term)
                term = again
            terms.append(term)
        yield atom.relation(*terms)

    def _negated(self, part: WrittenAtom) -> Atom:
        """The atom, over a rule of its own where ``_`` stands for anything."""
        atom = self._atom(part)
        shown = [term for term in atom.arguments if not is_unnamed(term)]
        if len(shown) == len(atom.arguments):
            return atom
        places = [n for n, term in enumerate(atom.arguments) if not is_unnamed(term)]
        name = f"{ANY}{atom.key} by {' '.join(map(str, places))}"
        held = self._helper(
            name, [Variable(f"K{n}") if not is_unnamed(t) else t for n, t in _placed(atom)], atom
        )
        return held(*shown)

    def _helper(self, name: str, terms: Sequence[Term], atom: Atom) -> Relation:
        """A relation that forgets the columns of an atom where ``_`` stands."""
        body = atom.relation(*_with_label(atom, terms))
        kept = [str(term) for term in terms if not is_unnamed(term)]
        if name not in self._types:
            self.helpers.append(self.rule(f"{name}/1", name, kept, [body]))
        return next(rule for rule in self.helpers if rule.head.key == name).head.relation

    def _total(self, part: WrittenCount) -> Total:
        if part.atom.name in _CHOICES:
            raise QueryError(f"a {part.atom.name} is one choice; ask for it itself", part.place)
        atom = self._atom(part.atom)
        value = None if part.value is None else Variable(part.value.text)
        if value is not None and value not in atom.variables():
            raise QueryError(f"{value} does not stand in what is added up", part.place)
        return Total(Variable(part.result.text), value, atom)

    # --- atoms --------------------------------------------------------------------------------

    def _atom(self, part: WrittenAtom) -> Atom:
        """An atom of a known relation, with as many terms as that has columns."""
        entry = self.dictionary.entries.get(part.name)
        if entry is None:
            hint = nearest(part.name, self.dictionary.entries)
            raise QueryError(f"there is no relation {part.name}{hint}", part.place)
        wanted = entry.relation.columns
        if len(part.terms) != len(wanted):
            count = "1 column" if len(wanted) == 1 else f"{len(wanted)} columns"
            raise QueryError(
                f"{part.name} has {count} ({', '.join(wanted)}), not {len(part.terms)}", part.place
            )
        if part.name in self.dictionary.definitions:
            self._define(part.name)
        place = entry.relation.by_clause
        label = None if place is None else self._label(part, part.terms[place])
        if place is not None and label is None:
            return self._of_any_clause(part, place)
        columns = list(self._types.get(part.name) or self.dictionary.columns(part.name, label))
        if place is not None and label is not None:
            if entry.relation is UNDOCUMENTED:
                self._add(undocumented_rule(label))
            columns.insert(place, Column("", Type.NAME, frozenset({label})))
        if part.name in _CHOICES:
            columns = self._of_choice(part, columns)
        terms = (self._terms.term(*each) for each in zip(part.terms, columns, wanted, strict=True))
        return entry.relation(*terms)

    def _label(self, part: WrittenAtom, term: WrittenTerm) -> str | None:
        """The clause label of an atom; None when it is a variable."""
        if isinstance(term, Word) and term.may_vary:
            return None
        label = str(term.value) if isinstance(term, Fixed) else getattr(term, "text", "")
        labels = self._labels(part.name)
        if label not in labels:
            hint = nearest(label, labels)
            raise QueryError(
                f"{label!r} is no clause that {part.name} can hold for{hint}", term.place
            )
        return label

    def _labels(self, name: str) -> tuple[str, ...]:
        """The labels of the clauses that a relation can hold for."""
        if name == UNDOCUMENTED.name:
            return self.dictionary.labels
        program = self.dictionary.program
        clauses = program.policy.clauses
        return tuple(each for each in clauses if f"{name}[{each}]" in program.plan.plans)

    def _of_choice(self, part: WrittenAtom, columns: Sequence[Column]) -> list[Column]:
        """The columns of ``reading`` and ``parameter``, whose name has to be written out."""
        policy = self.dictionary.program.policy
        register = policy.reading if part.name == "reading" else policy.parameter
        name = part.terms[0]
        text = (
            name.value if isinstance(name, Fixed) else name.text if isinstance(name, Word) else ""
        )
        if not isinstance(text, str) or text not in register:
            hint = nearest(str(text), register)
            raise QueryError(f"{text} is no {part.name} of {policy.number}{hint}", name.place)
        domain = frozenset(policy.reading[text].choices) if part.name == "reading" else None
        return [Column("name", Type.NAME, frozenset(register)), replace(columns[1], domain=domain)]

    def _of_any_clause(self, part: WrittenAtom, place: int) -> Atom:
        """The atom for whatever clause of the path that the request asks for."""
        relation = self.dictionary.entries[part.name].relation
        name = f"{ANY}{part.name}"
        if name not in self._types:
            labels = self._labels(part.name)
            variables = [Variable(f"K{number}") for number in range(len(relation.columns))]
            of_any = Relation(name, tuple(f"v{n}" for n in range(len(variables))), relation.meaning)
            for label, conditions in self._on_paths(labels):
                if relation is UNDOCUMENTED:
                    self._add(undocumented_rule(label))
                terms = [label if n == place else each for n, each in enumerate(variables)]
                body = (relation(*terms), *conditions)
                self._add(Rule(f"{name}/{len(self.helpers)}", "query", of_any(*terms), body))
        held = next(rule for rule in self.helpers if rule.head.key == name).head.relation
        columns = self._types[name]
        given = zip(part.terms, columns, relation.columns, strict=True)
        return held(*(self._terms.term(*each) for each in given))

    def _on_paths(self, labels: Iterable[str]) -> Iterator[tuple[str, tuple[Atom, ...]]]:
        """Each clause with what the case has to ask for so that the clause concerns it."""
        program = self.dictionary.program
        policy = program.policy
        for label in labels:
            if label in program.scope:
                yield label, ()
                continue
            for path in policy.paths:
                if label not in program.labels[path.root]:
                    continue
                asked: tuple[Atom, ...] = (procedure(path.procedure),)
                if path.further_when is not None:
                    name, value = path.further_when
                    usual = (*program.criteria(path), *program.exclusions(path, {name: ""}))
                    asked = asked if label in usual else (*asked, reading(name, value))
                yield label, asked

    def _define(self, name: str) -> None:
        """Add the rules of a definition, once."""
        if name in self._types:
            return
        definition = self.dictionary.definitions[name]
        for number, text in enumerate(definition.texts, 1):
            head, _, body = text.partition("<=")
            (written,) = parse(head)
            if not isinstance(written, WrittenAtom) or written.name != name:
                raise QueryError(f"the definition of {name} defines something else")
            maker = _Maker(self.dictionary, Terms(None), self.helpers, self._types)
            literals, _ = maker.body(parse(body))
            terms = [Variable(each.text) for each in written.terms if isinstance(each, Word)]
            self._add(Rule(f"{name}/{number}", name, definition.relation(*terms), literals))

    def _add(self, rule: Rule) -> None:
        if all(each.identifier != rule.identifier for each in self.helpers):
            self.helpers.append(self._known(rule))


def _either(one: Column, other: Column) -> Column:
    """What is in one of the columns."""
    kind = one.type if one.type is other.type or alike(one.type, other.type) else Type.UNKNOWN
    if one.domain is None or other.domain is None:
        return Column(one.name, kind)
    return Column(one.name, kind, one.domain | other.domain)


def _placed(atom: Atom) -> Iterator[tuple[int, Term]]:
    return iter(enumerate(atom.arguments))


def _with_label(atom: Atom, arguments: Sequence[Term]) -> tuple[Term, ...]:
    """All terms of an atom, its clause label among them."""
    place = atom.relation.by_clause
    if place is None or atom.label is None:
        return tuple(arguments)
    return (*arguments[:place], atom.label, *arguments[place:])
