// One verdict of the feed: a line that opens to its details.

import { el } from "./dom.js";
import { details } from "./details.js";
import { sign } from "./marks.js";
import { KINDS, clock, milliseconds, probability } from "./words.js";

let made = 0;

/** The row of an entry. What it opens to is made when it is opened. */
export function rowOf(entry, service) {
  const id = `details-${(made += 1)}`;
  const inside = el("div", { class: "inside", id, hidden: true });
  const button = el("button", { type: "button", class: "line", "aria-expanded": "false", "aria-controls": id }, cells(entry, service));
  button.addEventListener("click", () => {
    const opening = inside.hidden;
    if (opening && !inside.firstChild) inside.append(details(entry, service));
    inside.hidden = !opening;
    button.setAttribute("aria-expanded", String(opening));
  });
  return el("li", { class: "row", "data-label": entry.verdict.scoreDetails.label }, button, inside);
}

export const isOpen = (row) => row.firstChild.getAttribute("aria-expanded") === "true";

function cells({ verdict, kind, at, latencyMs }, { promiseMs }) {
  const { label, evidence } = verdict.scoreDetails;
  const categories = [...new Set(evidence.map((found) => found.category))];
  const late = latencyMs !== null && latencyMs > promiseMs;
  return [
    el("span", { class: "at" }, el("time", { datetime: at }, clock(at))),
    el("span", { class: "kind" }, KINDS[kind] ?? kind),
    el("span", { class: "id" }, verdict.listingId ?? verdict.bookingId ?? verdict.transactionContext.transactionId),
    el("span", { class: "label" }, label),
    el("span", { class: "number" }, probability(verdict.probabilityScore)),
    el("span", { class: "signs" }, categories.map(sign)),
    el("span", { class: late ? "latency late" : "latency" }, milliseconds(latencyMs), late && el("span", { class: "why" }, " late")),
  ];
}
