// The texts of one event, each in a field that marks its evidence in place.

import { el, refill } from "./dom.js";
import { marked } from "./marks.js";
import { carried, inUnits } from "./points.js";

const MOST = 4;
const FIRST = { LISTING_UPDATE: "listingDescription", BOOKING: "guestMessage" };
const MORE = { LISTING_UPDATE: ["houseRules", "listingName", "hostProfile"], BOOKING: ["hostReply", "subject", "note"] };

/** Fields below `holder`; calls `changed` as somebody writes. */
export class Fields {
  #holder;
  #changed;
  #fields = [];
  #kind = "LISTING_UPDATE";
  #made = 0;

  constructor(holder, changed) {
    this.#holder = holder;
    this.#changed = changed;
    this.#add();
  }

  get canGrow() {
    return this.#fields.length < MOST;
  }

  get isEmpty() {
    return this.#fields.every((field) => field.area.value.trim() === "");
  }

  /** Attribute name to text. */
  get texts() {
    return Object.fromEntries(this.#fields.map((field) => [field.name, field.area.value]));
  }

  /** Renames the fields as events of this kind call them. */
  become(kind) {
    this.#kind = kind;
    for (const [index, field] of this.#fields.entries()) {
      field.name = this.#nameOf(index);
      refill(field.title, field.name);
    }
  }

  /** One field with this text. */
  fill(text) {
    for (const field of this.#fields.splice(1)) field.box.remove();
    this.#fields[0].area.value = text;
    this.#redraw(this.#fields[0]);
  }

  grow() {
    this.#add().area.focus();
  }

  /** Marks the evidence of a verdict. */
  mark(evidence) {
    for (const field of this.#fields) {
      field.evidence = evidence.filter((found) => found.attribute === field.name);
      this.#redraw(field);
    }
  }

  /** Selects a piece of evidence where it stands. */
  select(found) {
    const field = this.#fields.find((each) => each.name === found.attribute);
    if (!field) return;
    field.area.focus();
    field.area.setSelectionRange(...inUnits(field.area.value, found));
  }

  #nameOf(index) {
    return index === 0 ? FIRST[this.#kind] : MORE[this.#kind][index - 1];
  }

  #add() {
    const index = this.#fields.length;
    const name = this.#nameOf(index);
    const id = `text-${(this.#made += 1)}`;
    const area = el("textarea", { id, dir: "auto", rows: index ? 2 : 6, spellcheck: "false", autocomplete: "off" });
    const mirror = el("div", { class: "mirror", dir: "auto", "aria-hidden": "true" });
    const title = el("span", { class: "attribute" }, name);
    const field = { name, area, mirror, title, box: null, evidence: [], text: "" };
    const words = index ? "Another text of the same event" : "Paste a listing or a message";
    const remove = () => this.#remove(field);
    field.box = el(
      "div",
      { class: index ? "text more" : "text" },
      el("div", { class: "caption" }, el("label", { for: id }, words), title, index > 0 && el("button", { type: "button", class: "plainly", onclick: remove }, "Remove")),
      el("div", { class: "paper" }, el("div", { class: "sheet" }, mirror, area)),
    );
    area.addEventListener("input", () => {
      this.#redraw(field);
      this.#changed();
    });
    this.#fields.push(field);
    this.#holder.append(field.box);
    this.#redraw(field);
    return field;
  }

  #remove(field) {
    this.#fields.splice(this.#fields.indexOf(field), 1);
    field.box.remove();
    this.become(this.#kind);
    this.#fields[0].area.focus();
    this.#changed();
  }

  /** Draws the marks behind the text: those known of, moved along with what was typed since. */
  #redraw(field) {
    const text = field.area.value;
    if (text !== field.text) field.evidence = carried(field.text, text, field.evidence);
    field.text = text;
    // A last line that is empty has no height of its own outside a text area.
    refill(field.mirror, ...marked(text, field.evidence), "\n");
  }
}
