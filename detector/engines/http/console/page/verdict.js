// A verdict laid out: label, probability against the threshold, scores, evidence.

import { el } from "./dom.js";
import { sign } from "./marks.js";
import { quoted } from "./points.js";
import { LABELS, count, finders, probability } from "./words.js";

const NEAR = 0.1;

/** The label, in plain words too, and how sure it is. */
export function headline(verdict) {
  const { label, threshold } = verdict.scoreDetails;
  const near = Math.abs(verdict.probabilityScore - threshold) < NEAR;
  return el(
    "div",
    { class: "headline", "data-label": label },
    el("p", { class: "label" }, label),
    el("p", { class: "plain" }, LABELS[label], near && " Close to the threshold, so worth a second look."),
    bar(verdict.probabilityScore, threshold),
  );
}

/** A probability on a line from 0 to 1 with the threshold drawn across. */
export function bar(value, threshold) {
  const words = `Probability ${probability(value)}, threshold ${probability(threshold)}`;
  const fill = el("span", { class: "fill" });
  const tick = el("span", { class: "tick" });
  const note = el("span", { class: "note" }, `threshold ${threshold.toFixed(2)}`);
  fill.style.width = `${value * 100}%`;
  tick.style.left = `${threshold * 100}%`;
  if (threshold > 0.5) note.style.right = `${(1 - threshold) * 100}%`;
  else note.style.left = `${threshold * 100}%`;
  note.classList.toggle("before", threshold > 0.5);
  return el(
    "div",
    { class: value >= threshold ? "bar over" : "bar" },
    el("span", { class: "figure" }, probability(value)),
    el("span", { class: "track", role: "img", "aria-label": words }, fill, tick, note),
  );
}

/** Each attribute's own score, below a title of this level; nothing where there is but one, which is the verdict's. */
export function scores(verdict, level) {
  const { attributes, threshold } = verdict.scoreDetails;
  if (Object.keys(attributes).length < 2) return [];
  const rows = Object.entries(attributes).map(([name, value]) => {
    const fill = el("span", { class: "fill" });
    fill.style.width = `${value * 100}%`;
    return el(
      "li",
      { class: value >= threshold ? "over" : null },
      el("span", { class: "name" }, name),
      el("span", { class: "track", "aria-hidden": "true" }, fill),
      el("span", { class: "number" }, probability(value)),
    );
  });
  return [el(level, {}, "Score of each text"), el("ul", { class: "scores" }, rows)];
}

/** What the label rests on. `texts` holds the attributes where they are known, `pick` is called with what is chosen. */
export function evidence(verdict, texts, pick) {
  const found = verdict.scoreDetails.evidence;
  if (!found.length) return el("p", { class: "quiet" }, nothing(verdict));
  return el("ol", { class: "evidence" }, found.map((each) => row(each, texts?.[each.attribute], pick)));
}

/** How many places the evidence names. */
export function places(verdict) {
  return count(verdict.scoreDetails.evidence.length, "place");
}

function row(found, text, pick) {
  const where = `${found.attribute}, ${found.start}–${found.end}`;
  const quote = text === undefined ? null : quoted(text, found);
  return el(
    "li",
    {},
    sign(found.category),
    quote !== null && quotation(quote, found, pick),
    el("span", { class: "meta" }, el("span", {}, where), " ", el("span", {}, by(found))),
    el("span", { class: "number" }, probability(found.score)),
  );
}

function quotation(quote, found, pick) {
  if (!pick) return el("q", { dir: "auto" }, quote);
  return el("button", { type: "button", class: "quote", title: "Select it in the text", onclick: () => pick(found) }, el("q", { dir: "auto" }, quote));
}

function by(found) {
  const who = finders(found);
  return who && `found by ${who}`;
}

function nothing(verdict) {
  if (verdict.scoreDetails.label === "NonFraud") return "Nothing stands out.";
  return "The model names no place: judge the text as a whole.";
}
