// A line of figures over time, small enough to stand beside a word.

import { refill, svg } from "./dom.js";

const WIDTH = 240;
const HEIGHT = 44;
const EDGE = 3;

/** Draws values, of which null is a gap, over `room` steps that end now, and a limit across them. */
export function draw(holder, values, { room, limit = null, words }) {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, limit ?? 0, 1e-9) * 1.08;
  const x = (index) => WIDTH - ((values.length - 1 - index) / (room - 1)) * WIDTH;
  const y = (value) => HEIGHT - EDGE - (value / top) * (HEIGHT - 2 * EDGE);
  const lines = runs(values).map((run) => run.map(({ index, value }) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`));
  const over = limit !== null && known.length > 0 && known.at(-1) > limit;
  const image = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": words, class: over ? "spark over" : "spark" },
    limit !== null && svg("line", { class: "limit", x1: 0, x2: WIDTH, y1: y(limit), y2: y(limit) }),
    lines.map((points) => svg("polygon", { class: "area", points: [`${points[0].split(",")[0]},${HEIGHT}`, ...points, `${points.at(-1).split(",")[0]},${HEIGHT}`].join(" ") })),
    lines.map((points) => svg("polyline", { class: "line", points: points.join(" ") })),
  );
  refill(holder, image);
}

/** Stretches without a gap. */
function runs(values) {
  const found = [];
  let open = null;
  for (const [index, value] of values.entries()) {
    if (value === null) open = null;
    else if (open) open.push({ index, value });
    else found.push((open = [{ index, value }]));
  }
  return found;
}
