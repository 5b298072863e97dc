// Sends the form at the side when something in it changes, and puts the answer in place. The fields
// stay as they are, so that what is typed meanwhile is kept. Only the last answer counts.
// Without this script the form has a button; the address always says what is shown.
"use strict";

function trying() {
  const form = document.querySelector("form.what-if");
  if (!form) return;
  let asked = 0;
  form.addEventListener("change", async () => {
    const mine = (asked += 1);
    const result = document.getElementById("result");
    const told = document.getElementById("told");
    result.setAttribute("aria-busy", "true");
    const query = new URLSearchParams(new FormData(form));
    let answer, text;
    try {
      answer = await fetch(form.action + "?" + query, { credentials: "same-origin" });
      text = await answer.text();
    } catch {
      text = "The server does not answer; what is shown is as it was before.";
    }
    if (mine !== asked) return;
    result.removeAttribute("aria-busy");
    told.textContent = answer && answer.ok ? "" : text;
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(text, "text/html");
    const fresh = page.querySelector("form.what-if");
    for (const place of ["result", "in-sight"]) {
      const now = document.getElementById(place);
      now.replaceChildren(...page.getElementById(place).childNodes);
    }
    history.replaceState(null, "", answer.url);
    const names = (each) => [...each.elements].map((field) => field.name).join();
    if (names(form) !== names(fresh)) {
      // Under another policy there are other parameters and readings to change.
      const place = document.activeElement ? document.activeElement.name : "";
      form.replaceWith(fresh);
      const same = place && fresh.elements.namedItem(place);
      if (same && same.focus) same.focus();
      trying();
      return;
    }
    const labels = fresh.querySelectorAll("label");
    form.querySelectorAll("label").forEach((each, number) => {
      each.className = labels[number].className;
    });
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

trying();
waiting();
asking();
dropping();
passages();
