// A text with its evidence marked: by colour, by a kind of underline, and by the category's name below the line.

import { el } from "./dom.js";
import { pieces } from "./points.js";
import { categoryOf } from "./words.js";

/** The nodes of a text whose evidence is marked. */
export function marked(text, evidence) {
  const named = new Set();
  return pieces(text, evidence).map((piece) => {
    if (!piece.found.length) return document.createTextNode(piece.text);
    const [best] = piece.found;
    const first = !named.has(best);
    named.add(best);
    const label = first ? categoryOf(best.category) : null;
    return el("mark", { class: "leak", "data-category": best.category, "data-label": label }, piece.text);
  });
}

/** The sign of a category, drawn as its marks are. */
export function sign(category) {
  return el("span", { class: "sign", "data-category": category }, categoryOf(category));
}
