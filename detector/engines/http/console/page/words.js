// What the service's names are called on the page, and how its figures are written.

export const CATEGORIES = {
  phone: "phone",
  email: "e-mail",
  url: "link",
  social: "profile",
  messenger: "messenger",
  solicitation: "solicitation",
};

export const KINDS = { "listing-update": "Listing", booking: "Message" };

export const LABELS = {
  Fraud: "Gives away a way of direct contact.",
  NonFraud: "No way of direct contact found.",
};

const REASONS = {
  "licence-or-reference-number": "A licence or reference number",
  "price-or-date": "A price or a date",
  "platform-contact": "The platform's own contact",
  "emergency-or-public-number": "An emergency or public number",
  "name-or-place": "A name or a place",
  "missed-phone": "A phone number was missed",
  "missed-email": "An e-mail address was missed",
  "missed-url": "A link was missed",
  "missed-social": "A profile was missed",
  "missed-messenger": "A messenger id was missed",
  "missed-solicitation": "A hint to book elsewhere was missed",
  "wrong-place": "The evidence stands in the wrong place",
  other: "Something else",
};

const FOUND_BY = { model: "model", recogniser: "exact rule" };

/** A category in a word; one that is new here is called by the service's name. */
export function categoryOf(name) {
  return CATEGORIES[name] ?? name;
}

/** A reason of feedback as a person would give it. */
export function reasonOf(name) {
  return REASONS[name] ?? name;
}

/** The reasons, of those that the service knows, that fit a verdict's label and whether it is right. */
export function reasonsFor(label, right, known) {
  const missed = (name) => name.startsWith("missed-");
  if (right) return known.filter((name) => name === "wrong-place" && label === "Fraud");
  if (label === "NonFraud") return known.filter((name) => missed(name) || name === "other");
  return known.filter((name) => !missed(name) && name !== "wrong-place");
}

/** Who found a piece of evidence. */
export function finders(found) {
  return (found.foundBy ?? []).map((name) => FOUND_BY[name] ?? name).join(" and ");
}

/** A probability to three places, never rounded up to certainty. */
export function probability(value) {
  if (value < 1 && value >= 0.9995) return "0.999";
  if (value > 0 && value < 0.0005) return "0.001";
  return value.toFixed(3);
}

export function milliseconds(value) {
  if (value === null || value === undefined) return "–";
  return value < 10_000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(value < 100_000 ? 1 : 0)} s`;
}

export function bytes(value) {
  if (value < 1024) return `${value} B`;
  return value < 1024 * 1024 ? `${(value / 1024).toFixed(1)} KiB` : `${(value / 1024 / 1024).toFixed(1)} MiB`;
}

/** The time of day, with the date where it was not today. */
export function clock(timestamp) {
  const time = new Date(timestamp ?? NaN);
  if (Number.isNaN(time.getTime())) return "–";
  const day = time.toDateString() === new Date().toDateString() ? "" : `${time.toLocaleDateString("en-CA")} `;
  return day + time.toLocaleTimeString("en-GB");
}

export function place({ topic, partition, offset }) {
  return `${topic} / ${partition} / ${offset}`;
}

/** "1 verdict", "2 verdicts". */
export function count(number, one, several = `${one}s`) {
  return `${number.toLocaleString("en-GB")} ${number === 1 ? one : several}`;
}
