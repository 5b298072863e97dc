// The picture as something to click: each leaf is a button, and the keyboard reaches it too.
function render({ model, el }) {
  const frame = document.createElement("div");
  frame.className = "clausewise-drawing";
  el.replaceChildren(frame);
  const labelOf = node => node ? node.id.replace(/^clause-/, "") : "";
  const leafAt = target => {
    const node = target.closest ? target.closest("g.node[id^='clause-']") : null;
    return node && model.get("leaves").includes(labelOf(node)) ? node : null;
  };
  // The clause in full, then what its box says: its status and the values that decided.
  const said = node => [node.querySelector("title"), ...node.querySelectorAll("text")]
    .filter(part => part).map(part => part.textContent.trim()).join(" ");
  const draw = () => {
    const active = frame.contains(document.activeElement) ? document.activeElement.id : null;
    frame.innerHTML = model.get("svg");
    const leaves = new Set(model.get("leaves"));
    for (const node of frame.querySelectorAll("g.node[id^='clause-']")) {
      if (!leaves.has(labelOf(node))) continue;
      node.setAttribute("tabindex", "0");
      node.setAttribute("role", "button");
      node.setAttribute("aria-label", said(node));
      if (node.id === active) node.focus();
    }
  };
  const clicked = event => {
    const node = leafAt(event.target);
    if (!node) return;
    event.preventDefault();
    node.focus();
    model.send({ clicked: labelOf(node) });
  };
  frame.addEventListener("click", clicked);
  frame.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") clicked(event);
  });
  model.on("change:svg", draw);
  model.on("change:leaves", draw);
  draw();
}
export default { render };
