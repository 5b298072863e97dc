"""The panel of a notebook: the graph to click, sliders, date pickers, readings and parameters.

Needs the packages of the extra ``notebook`` (ipywidgets, anywidget); all that is decided and drawn
comes from ``viz.notebook.what_if``. A notebook keeps no widgets when it is closed, so the panel
leaves its last picture beside it, which is hidden as long as the panel is there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from html import escape
from importlib.resources import files
from typing import Any

import anywidget
import ipywidgets
import traitlets

from clausewise.facts.case.days import date_of
from clausewise.facts.case.model import Case, Injection, Measurement
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.evidence import id_of, kind_of
from clausewise.logic.language.policy import Policy, Reading
from clausewise.viz.notebook.what_if import WhatIf
from clausewise.viz.picture.looks import LOOKS
from clausewise.viz.picture.overlay import OUTCOME_LOOKS

WIDE = ipywidgets.Layout(width="98%", max_width="38rem")
STYLE = {"description_width": "50%"}
DATES = ("date", "start", "end")
WORDS = {
    "relief_percent": "relief in %",
    "value": "points",
    "start": "first day",
    "end": "last day",
}
"""What the fields of entries are called here."""


class ClickableGraph(anywidget.AnyWidget):
    """A picture whose leaves are buttons; a click, or Enter, sends ``{"clicked": label}``."""

    _esm = (files("clausewise.viz.notebook") / "widget.js").read_text(encoding="utf-8")
    _css = (files("clausewise.viz.notebook") / "widget.css").read_text(encoding="utf-8")
    svg = traitlets.Unicode("").tag(sync=True)
    leaves = traitlets.List(traitlets.Unicode()).tag(sync=True)


class Panel(ipywidgets.VBox):  # type: ignore[misc]
    """Outcome, graph and controls of one what-if; ``what_if`` holds its state."""

    def __init__(self, what_if: WhatIf) -> None:
        self.what_if = what_if
        self.graph = ClickableGraph()
        self.graph.on_msg(self._on_message)
        self.outcome = ipywidgets.HTML()
        self.proof = ipywidgets.HTML()
        self.undo = ipywidgets.Button(description="Undo", tooltip="take the last change back")
        self.reset = ipywidgets.Button(description="Reset", tooltip="take every change back")
        self.undo.on_click(lambda _: self._do(what_if.undo))
        self.reset.on_click(lambda _: self._do(what_if.reset))
        self.numbers, self.dates = ipywidgets.VBox(), ipywidgets.VBox()
        self.readings = tuple(self._reading_controls())
        self.parameters = ipywidgets.VBox(list(self._parameter_controls()))
        self._record: tuple[Any, ...] = ()
        self._quiet = False
        self._left: list[Any] = []
        explained = ipywidgets.VBox([each.explained for each in self.readings])
        tabs = ipywidgets.Tab(
            [self.proof, self.numbers, self.dates, explained, self.parameters],
            titles=["proof", "numbers", "dates", "readings", "parameters"],
        )
        buttons = ipywidgets.HBox([self.undo, self.reset])
        parts = {
            "outcome": ipywidgets.VBox([self.outcome, buttons]),
            "graph": self.graph,
            "tabs": tabs,
        }
        for name, part in parts.items():
            part.add_class(f"clausewise-{name}")
        inside = ipywidgets.Box(list(parts.values()))
        inside.add_class("clausewise-parts")
        super().__init__([inside])
        self.add_class("clausewise-panel")
        self.refresh()

    def _ipython_display_(self) -> None:
        """Show the panel, and leave its picture in the notebook for when it is opened again."""
        from IPython import display as shown

        display: Callable[..., Any] = shown.display
        display(self._repr_mimebundle_(), raw=True)
        self._left.append(display(self._last(), raw=True, display_id=True))

    def _last(self) -> dict[str, str]:
        """The outcome and the picture as they stand, without ids: the panel has them."""
        picture = re.sub(r' id="[^"]*"', "", self.what_if.picture.svg)
        html = f'<div class="clausewise-last">{self.outcome.value}{picture}</div>'
        return {"text/html": html, "text/plain": "\n".join(self.what_if.picture.outline)}

    def refresh(self) -> None:
        """Draw everything as it stands now."""
        state = self.what_if
        self.graph.leaves = list(state.leaves)
        self.graph.svg = state.picture.svg
        self.outcome.value = _outcome(state)
        self.proof.value = state.card
        self.undo.disabled = self.reset.disabled = not state.changes
        self._sync_controls()
        for left in self._left:
            left.update(self._last(), raw=True)

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        """A message of the graph: which leaf was clicked. Anything else is ignored."""
        label = content.get("clicked") if isinstance(content, dict) else None
        if isinstance(label, str):
            self._do(lambda: self.what_if.cycle_leaf(label))

    def _do(self, action: Callable[[], None]) -> None:
        if not self._quiet:
            action()
            self.refresh()

    # --- controls -----------------------------------------------------------------------------

    def _sync_controls(self) -> None:
        """Make the controls show the case as it is, without taking that for a change."""
        self._quiet = True
        try:
            case = self.what_if.case
            record = tuple(key for key, _ in case.entries())
            if record != self._record:
                self._record = record
                self.numbers.children = tuple(self._number_controls(case))
                self.dates.children = tuple(self._date_controls(case))
            for control in (*self.numbers.children, *self.dates.children):
                control.value = control.current(case)
            for control in self.readings:
                control.value = self.what_if.decision.choices.readings[control.key]
            for control in self.parameters.children:
                control.value = self.what_if.decision.choices.parameters[control.key]
        finally:
            self._quiet = False

    def _watched(self, control: Any, key: str, change: Callable[[Any], None]) -> Any:
        control.key = key
        control.observe(lambda event: self._do(lambda: change(event["new"])), names="value")
        return control

    def _number_controls(self, case: Case) -> Iterator[Any]:
        for key, entry in case.entries():
            for name, most in _numbers(entry):
                place = f"{key}.{name}"
                title = f"{_called(case, key)}: {WORDS.get(name, name)}"
                value = getattr(entry, name)
                slider = ipywidgets.FloatSlider if most == 10 else ipywidgets.IntSlider
                control = slider(
                    value=float(value) if most == 10 else int(value),
                    min=0,
                    max=most,
                    step=0.5 if most == 10 else 1,
                    description=printable(title, 60),
                    layout=WIDE,
                    style=STYLE,
                )
                control.current = _current(key, name, float if most == 10 else int)
                yield self._watched(control, place, self._place_setter(place, _number))

    def _date_controls(self, case: Case) -> Iterator[Any]:
        received = ipywidgets.DatePicker(
            value=case.request.received, description="request: received", layout=WIDE, style=STYLE
        )
        received.current = lambda case: case.request.received
        place = "request.received"
        yield self._watched(received, place, self._place_setter(place, _day))
        for key, entry in case.entries():
            for name in DATES:
                if isinstance(getattr(entry, name, None), date):
                    title = f"{_called(case, key)}: {WORDS.get(name, name)}"
                    control = ipywidgets.DatePicker(
                        value=getattr(entry, name),
                        description=printable(title, 60),
                        layout=WIDE,
                        style=STYLE,
                    )
                    control.current = _current(key, name, lambda value: value)
                    place = f"{key}.{name}"
                    yield self._watched(control, place, self._place_setter(place, _day))

    def _place_setter(self, place: str, plain: Callable[[Any], Any]) -> Callable[[Any], None]:
        return lambda value: self.what_if.set_place(place, plain(value))

    def _reading_controls(self) -> Iterator[Any]:
        """A choice for each reading, with what can be read in two ways and what is chosen."""
        for reading in self.what_if.policy.readings:
            name = reading.name
            control = ipywidgets.Dropdown(
                options=[(value.replace("_", " "), value) for value in reading.choices],
                value=self.what_if.decision.choices.readings[name],
                description=name.replace("_", " "),
                layout=WIDE,
                style=STYLE,
            )
            asked, chosen = ipywidgets.HTML(), ipywidgets.HTML()
            asked.value = f"{escape(', '.join(reading.labels))}: {escape(reading.spot)}"

            def explain(
                event: Any, chosen: ipywidgets.HTML = chosen, reading: Reading = reading
            ) -> None:
                chosen.value = f"Chosen: {escape(reading.choices[event['new']])}"

            control.observe(explain, names="value")
            explain({"new": control.value})
            control.explained = ipywidgets.VBox([control, asked, chosen])
            control.explained.add_class("clausewise-reading")
            yield self._watched(control, name, self._reading_setter(name))

    def _reading_setter(self, name: str) -> Callable[[Any], None]:
        return lambda value: self.what_if.set_reading(name, value)

    def _parameter_controls(self) -> Iterator[Any]:
        for parameter in self.what_if.policy.parameters:
            value = self.what_if.decision.choices.parameters[parameter.name]
            control = ipywidgets.BoundedIntText(
                value=value,
                min=0,
                max=1000,
                description=f"{parameter.meaning} ({parameter.unit})",
                tooltip=f"{parameter.label}: {parameter.meaning}",
                layout=WIDE,
                style=STYLE,
            )
            yield self._watched(control, parameter.name, self._parameter_setter(parameter.name))

    def _parameter_setter(self, name: str) -> Callable[[Any], None]:
        return lambda value: self.what_if.set_parameter(name, value)


def panel(
    case: Case,
    policy: Policy,
    *,
    side: str | None = None,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Panel:
    """A panel for one line of a case; ``side`` chooses it (the first otherwise).

    Raises ``viz.errors.PictureError`` when the case has no such line or its procedure no criteria.
    """
    return Panel(WhatIf(case, policy, side=side, readings=readings, parameters=parameters))


def _outcome(state: WhatIf) -> str:
    look = LOOKS[OUTCOME_LOOKS[state.line.determination]]
    words = state.line.determination.replace("_", " ").upper()
    mark = f"<p><b>{escape(state.decision.what_if)}</b></p>" if state.decision.what_if else ""
    changes = "".join(f"<li>{escape(change)}</li>" for change in state.changes)
    return (
        f'{mark}<div role="status" style="font-size:1.05em"><span style="background:{look.fill};'
        f"color:{look.text};border:2px {look.style} {look.line};border-radius:.4em;"
        f'padding:.3em .8em;font-weight:bold">{look.mark} {words}</span> '
        f"{escape(state.message)}</div>" + (f"<ol>{changes}</ol>" if changes else "")
    )


def _called(case: Case, key: str) -> str:
    """An entry in words: its id, what it is, and what tells it from another of its kind."""
    entry = case.entry(key)
    alike = [each for _, each in case.entries() if kind_of(each) == kind_of(entry)]
    details = [getattr(entry, "side", None), date_of(entry)] if len(alike) > 1 else []
    called = f"{id_of(entry)} {kind_of(entry)}".lstrip()
    return ", ".join([called, *(str(each) for each in details if each)])


def _numbers(entry: Any) -> Iterator[tuple[str, int]]:
    """The numbers of an entry that a slider can move, with the end of their scale."""
    if isinstance(entry, Measurement):
        yield "value", VOCABULARY.measures[entry.measure].most
    if isinstance(entry, Injection) and isinstance(entry.relief_percent, int | Decimal):
        yield "relief_percent", 100


def _current(key: str, name: str, plain: Callable[[Any], Any]) -> Callable[[Case], Any]:
    return lambda case: plain(getattr(case.entry(key), name))


def _number(value: float) -> int | Decimal:
    return int(value) if value == int(value) else Decimal(str(value))


def _day(value: date | None) -> str | None:
    return value.isoformat() if value is not None else None
