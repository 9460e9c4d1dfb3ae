// Offsets. The service counts Unicode code points, a browser counts UTF-16 units: an emoji is one there and two here.

/** The text cut where evidence begins or ends: `{text, found}` with the evidence that covers each piece, best first. */
export function pieces(text, evidence) {
  const units = unitsOf(text);
  const at = (point) => units[Math.max(0, Math.min(point, units.length - 1))];
  const placed = evidence
    .map((found) => ({ found, start: at(found.start), end: at(found.end) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => b.found.score - a.found.score);
  const cuts = new Set([0, text.length]);
  for (const { start, end } of placed) cuts.add(start).add(end);
  const bounds = [...cuts].sort((a, b) => a - b);
  return bounds.slice(1).map((end, index) => {
    const start = bounds[index];
    const found = placed.filter((each) => each.start <= start && end <= each.end).map((each) => each.found);
    return { text: text.slice(start, end), found };
  });
}

/** What stands between two offsets. */
export function quoted(text, { start, end }) {
  return Array.from(text).slice(start, end).join("");
}

/** Two offsets in code points as offsets in UTF-16 units. */
export function inUnits(text, { start, end }) {
  const units = unitsOf(text);
  return [units[start] ?? text.length, units[end] ?? text.length];
}

/** The evidence of a text carried over to what the text became: moved with it, or dropped where it was changed. */
export function carried(before, after, evidence) {
  const [old, now] = [Array.from(before), Array.from(after)];
  const most = Math.min(old.length, now.length);
  let head = 0;
  while (head < most && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const moved = now.length - old.length;
  return evidence.flatMap((found) => {
    if (found.end <= head) return [found];
    if (found.start >= old.length - tail) return [{ ...found, start: found.start + moved, end: found.end + moved }];
    return [];
  });
}

/** For each code point, and for the end, the UTF-16 unit it begins at. */
function unitsOf(text) {
  const units = [0];
  let unit = 0;
  for (const point of text) units.push((unit += point.length));
  return units;
}
