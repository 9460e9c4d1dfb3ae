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
    const content = first ? labelled(piece.text, categoryOf(best.category)) : piece.text;
    return el("mark", { class: "leak", "data-category": best.category }, content);
  });
}

/** The label hangs below the first word, which a line's end does not break. */
function labelled(text, label) {
  const [word] = /^\s*\S*/.exec(text);
  return [el("span", { class: "named", "data-name": label }, word), text.slice(word.length)];
}

/** The sign of a category, drawn as its marks are. */
export function sign(category) {
  return el("span", { class: "sign", "data-category": category }, categoryOf(category));
}
