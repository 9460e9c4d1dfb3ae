// Whether a verdict is right, said by whoever reads it.

import { send } from "./api.js";
import { el, refill } from "./dom.js";
import { reasonOf, reasonsFor } from "./words.js";

const LONGEST_NOTE = 500;

let made = 0;

/** The reasons that this service takes; set once it has said them. */
export const known = { reasons: [], topic: "feedback" };

/** Asks whether this verdict is right. `attributes` is a text that was tried by hand, and goes along; else null. */
export function feedback(verdict, attributes) {
  const number = (made += 1);
  const form = el("form", { class: "opinion" });
  const told = el("p", { class: "told", role: "status" });
  const choices = [true, false].map((right) => {
    const chosen = () => choose(right);
    return el("button", { type: "button", "aria-pressed": "false", onclick: chosen }, right ? "Right" : "Wrong");
  });
  const title = el("h4", { id: `opinion-${number}` }, "Is this verdict right?");
  const box = el(
    "section",
    { class: "feedback", "aria-labelledby": title.id },
    el("div", { class: "ask" }, title, el("div", { class: "choices" }, choices)),
    form,
    told,
  );

  function choose(right) {
    choices.forEach((button, index) => button.setAttribute("aria-pressed", String(right === (index === 0))));
    refill(told);
    told.classList.remove("bad");
    const reasons = reasonsFor(verdict.scoreDetails.label, right, known.reasons);
    const which = textField(number, verdict.scoreDetails, right);
    const submit = el("button", { class: "strong" }, "Send");
    refill(
      form,
      reasons.length > 0 && reasonField(number, reasons, right),
      which,
      noteField(number),
      el("p", { class: "quiet" }, attributes ? `The text itself is sent along, to the topic ${known.topic}.` : "The verdict is sent along, the text is not."),
      submit,
    );
    // A right verdict shows which text leaks, unless its evidence is what is wrong.
    form.onchange = () => which && right && (which.hidden = !form.elements.reason.value);
    form.onsubmit = (event) => {
      event.preventDefault();
      deliver(right, which, submit);
    };
  }

  async function deliver(right, which, submit) {
    const given = new FormData(form);
    const reason = given.get("reason") || null;
    const attribute = (which?.hidden ? null : given.get("attribute")) || null;
    const note = given.get("note").trim() || null;
    submit.disabled = true;
    told.classList.remove("bad");
    refill(told, "Sending …");
    try {
      await send("v1/console/feedback", { verdictId: verdict.verdictId, right, reason, attribute, note, verdict, attributes });
      refill(form);
      refill(told, `Sent: ${right ? "right" : "wrong"}${reason ? `, ${reasonOf(reason).toLowerCase()}` : ""}. Thank you.`);
    } catch (trouble) {
      submit.disabled = false;
      told.classList.add("bad");
      refill(told, `Not sent. ${trouble.message}`);
    }
  }

  return box;
}

function reasonField(number, reasons, right) {
  const id = `reason-${number}`;
  const none = el("option", { value: "" }, right ? "Nothing to add" : "No reason given");
  const options = reasons.map((name) => el("option", { value: name }, reasonOf(name)));
  const title = right ? "But" : "What is it really?";
  return el("div", { class: "field" }, el("label", { for: id }, title), el("select", { id, name: "reason" }, none, options));
}

/** Which text leaks, where a verdict on several does not say; null where there is no question. */
function textField(number, { label, attributes }, right) {
  const names = Object.keys(attributes);
  if (names.length < 2 || right !== (label === "Fraud")) return null;
  const id = `which-${number}`;
  const options = names.map((name) => el("option", { value: name }, name));
  return el(
    "div",
    { class: "field", hidden: right },
    el("label", { for: id }, "In which text?"),
    el("select", { id, name: "attribute" }, el("option", { value: "" }, "I cannot say"), options),
  );
}

function noteField(number) {
  const id = `note-${number}`;
  return el(
    "div",
    { class: "field wide" },
    el("label", { for: id }, "Note (optional)"),
    el("input", { id, name: "note", maxlength: LONGEST_NOTE, autocomplete: "off" }),
  );
}
