/**
 * What the page offers in the demo: documents for each use case, ready to run.
 *
 * An example has no ids of its own. `find` is a query that looks for what it needs by the demo's slugs, as the person
 * who sends the example or as another one, and in `variables` a text in braces is a path into its answer, such as
 * `{business.offers.nodes[slug=colour].id}`. A path that begins with the name of another example leads into the answer
 * that one got last, such as `{UC18_HoldSeats.holdSeats.seatHold.id}`.
 */
import { bookings } from './examples/bookings.js';
import { classes } from './examples/classes.js';
import { packages } from './examples/packages.js';
import { waiting } from './examples/waiting.js';

const DAY = 24 * 60 * 60 * 1000;

/** In the order of the use cases; those of one stay as they are, since some build on others. */
export const examples = [...bookings, ...classes, ...packages, ...waiting].sort((one, other) => useCase(one) - useCase(other));

/** The number of its use case; 0 for what everybody begins with. */
function useCase(example) {
  return Number(/^UC(\d+)_/.exec(nameOf(example))?.[1] ?? 0);
}

/**
 * The example's variables, with what `ask` finds for it now and what the examples have been answered. Without a find, or a
 * value, the path stays to be read.
 */
export async function filledIn({ as, find, variables }, ask, answers = {}) {
  const now = Date.now();
  const at = (days) => new Date(now + days * DAY).toISOString();
  const times = { now: at(0), inAWeek: at(7), from: at(find?.soon ? 0 : 2), to: at(find?.within ?? 14) };
  let found = {};
  if (find) {
    const window = { from: times.from, to: times.to };
    const asked = find.query.includes('$from') ? { ...window, ...find.variables } : find.variables;
    found = (await ask({ query: find.query, variables: asked }, find.as ?? as)).data;
  }
  return fill(variables, { ...times, ...answers, ...found });
}

/** The name of an example's operation. */
export function nameOf({ document }) {
  return /^(?:query|mutation|subscription) (\w+)/m.exec(document)[1];
}

/** Whether, in the text of some variables, a path has led nowhere yet. */
export const isOpen = (text) => /"\{[^"{}]+\}"/.test(text);

function fill(value, found) {
  if (Array.isArray(value)) return value.map((one) => fill(one, found));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, fill(one, found)]));
  }
  const path = typeof value === 'string' && /^\{(.+)\}$/.exec(value);
  return path ? (follow(path[1], found) ?? value) : value;
}

/** Follows `a.b[0].c[d=x&e.f=y].g`. */
function follow(path, from) {
  const steps = [...path.matchAll(/\[([^\]]+=[^\]]+)\]|([^.[\]]+)/g)];
  return steps.reduce((at, [, wanted, step]) => (step ? at?.[step] : at?.find((one) => isSuch(one, wanted))), from);
}

function isSuch(one, wanted) {
  return wanted.split('&').every((pair) => {
    const [name, value] = pair.split('=');
    return `${follow(name, one)}` === value;
  });
}
