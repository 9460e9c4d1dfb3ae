// Which verdicts of the feed are shown.

import { byId } from "./dom.js";

const NAMES = ["filter-label", "filter-category", "filter-kind", "filter-score", "filter-words"];

/** Calls `changed` whenever a filter changes. */
export function watchFilters(changed) {
  for (const name of NAMES) byId(name).addEventListener("input", changed);
  byId("filter-clear").addEventListener("click", () => {
    for (const name of NAMES) byId(name).value = "";
    changed();
  });
}

/** Whether anything is filtered at all. */
export function isFiltering() {
  return NAMES.some((name) => byId(name).value !== "");
}

/** A test of entries as the filters stand now. */
export function chosen() {
  const [label, category, kind, least, words] = NAMES.map((name) => byId(name).value);
  const wanted = words.trim().toLowerCase();
  return ({ verdict, kind: mine }) =>
    (!label || verdict.scoreDetails.label === label) &&
    (!kind || mine === kind) &&
    (!least || verdict.probabilityScore >= Number(least)) &&
    (!category || verdict.scoreDetails.evidence.some((found) => found.category === category)) &&
    (!wanted || ids(verdict).some((id) => id.toLowerCase().includes(wanted)));
}

function ids(verdict) {
  return [verdict.listingId, verdict.bookingId, verdict.transactionContext.transactionId].filter(Boolean);
}
