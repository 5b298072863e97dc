// Sends the form at the side when something in it changes, and puts the answer in place.
// Without this script the form has a button; the address always says what is shown.
"use strict";

function wire() {
  const form = document.querySelector("form.what-if");
  if (!form) return;
  form.addEventListener("change", async () => {
    const place = document.activeElement ? document.activeElement.name : "";
    const open = [...form.querySelectorAll("details")].map((each) => each.open);
    const result = document.getElementById("result");
    result.setAttribute("aria-busy", "true");
    const query = new URLSearchParams(new FormData(form));
    let answer, text;
    try {
      answer = await fetch(form.action + "?" + query, { credentials: "same-origin" });
      text = await answer.text();
    } catch {
      text = "The server does not answer; what is shown is as it was before.";
    }
    if (!answer || !answer.ok) {
      document.getElementById("told").textContent = text;
      result.removeAttribute("aria-busy");
      return;
    }
    const page = new DOMParser().parseFromString(text, "text/html");
    document.querySelector("main").replaceWith(page.querySelector("main"));
    history.replaceState(null, "", answer.url);
    const again = document.querySelector("form.what-if");
    again.querySelectorAll("details").forEach((each, number) => (each.open = open[number]));
    const same = place && again.elements.namedItem(place);
    if (same && same.focus) same.focus();
    wire();
  });
}

function dropping() {
  const area = document.querySelector("form.drop");
  if (!area) return;
  for (const name of ["dragover", "drop"]) {
    document.addEventListener(name, (event) => event.preventDefault());
  }
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    area.elements.file.files = event.dataTransfer.files;
    area.submit();
  });
  area.elements.file.addEventListener("change", () => area.submit());
}

function passages() {
  const page = document.querySelector("pre.passage");
  const form = document.querySelector("form.passage");
  if (!page || !form) return;
  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    if (chosen.rangeCount && page.contains(chosen.anchorNode) && String(chosen).trim()) {
      form.elements.quote.value = String(chosen).split(/\s+/).join(" ").trim();
    }
  });
}

// Questions that the other answers make pointless are put away; they come back with what was said.
function asking() {
  const form = document.querySelector("form.entry");
  if (!form) return;
  const holds = ([name, operator, answer]) => {
    const field = form.elements.namedItem(name);
    const value = field ? field.value.trim() : "";
    return operator === "exists" ? (value !== "") === (answer === "true") : value === answer;
  };
  const show = () => {
    for (const each of form.querySelectorAll("[data-when]")) {
      const conditions = JSON.parse(each.dataset.when);
      const asked = "any" in each.dataset ? conditions.some(holds) : conditions.every(holds);
      const wrong = each.querySelector('[aria-invalid="true"]');
      each.hidden = !asked && !wrong;
      for (const field of each.querySelectorAll("input, select")) field.disabled = each.hidden;
    }
  };
  form.addEventListener("input", show);
  show();
}

// A page about something that is being made is asked for again after some seconds.
function waiting() {
  const told = document.querySelector("[data-again]");
  if (told) setTimeout(() => location.reload(), Number(told.dataset.again) * 1000);
}

wire();
waiting();
asking();
dropping();
passages();
