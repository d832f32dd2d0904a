/** The examples that GraphiQL offers in the demo: each of them runs, as the person whom it names. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { buildSchema, parse, validate } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { type Answer, type Json, PEOPLE, type PersonName, Server } from './support/server.js';

interface Example {
  as: string;
  document: string;
  find?: { query: string; as?: string };
  variables: Record<string, unknown>;
}

const page = '../../api/graphiql/examples.js';
type Ask = (request: { query: string; variables?: object }, subject: string) => Promise<Answer>;
const { examples, filledIn, isOpen, nameOf } = (await import(page)) as {
  examples: Example[];
  filledIn(example: Example, ask: Ask, answers: Record<string, Json>): Promise<Record<string, unknown>>;
  isOpen(text: string): boolean;
  nameOf(example: Example): string;
};

/** The use cases that the design knows. */
const USE_CASES = [1, 2, 3, 5, 7, 8, 13, 14, 15, 16, 18, 19, 20];

const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

/** Every refusal in an answer, however deep. */
function refusals(value: Json): Json[] {
  if (!value || typeof value !== 'object') return [];
  return [...(value.userErrors ?? []), ...Object.values(value).flatMap(refusals)];
}

function personOf(subject: string): PersonName {
  const person = (Object.keys(PEOPLE) as PersonName[]).find((name) => PEOPLE[name].sub === subject);
  return person ?? assert.fail(subject);
}

/** What the examples were answered so far, on which others build. */
const answers: Record<string, Json> = {};
const ask: Ask = ({ query, variables }, subject) => server.ask(query, variables, personOf(subject));

for (const example of examples) {
  const name = nameOf(example);
  test(`${name} is valid`, () => {
    assert.deepEqual(validate(schema, parse(example.document)), []);
    if (example.find) assert.deepEqual(validate(schema, parse(example.find.query)), []);
  });

  test(`${name} runs`, async () => {
    const variables = await filledIn(example, ask, answers);
    assert.ok(!isOpen(JSON.stringify(variables)), JSON.stringify(variables));
    const person = personOf(example.as);
    if (/^subscription/m.test(example.document)) return subscribes(example.document, variables, person);
    const answer = await server.ask(example.document, variables, person);
    assert.equal(answer.errors, undefined, JSON.stringify(answer));
    assert.deepEqual(refusals(answer.data), [], JSON.stringify(variables));
    assert.ok(Object.values(answer.data).every(Boolean), JSON.stringify(answer));
    answers[name] = answer.data;
  });
}

test('there is an example of each use case', () => {
  const named = new Set(examples.map((example) => Number(/^UC(\d+)_/.exec(nameOf(example))?.[1])));
  for (const number of USE_CASES) assert.ok(named.has(number), `UC-${number}`);
});

/** It stays open, and does not fail. */
async function subscribes(query: string, variables: Record<string, unknown>, person: PersonName): Promise<void> {
  const client = createClient({ url: server.webSocket, webSocketImpl: WebSocket, connectionParams: server.authorization(person) });
  const failed = new Promise((_, reject) => client.subscribe({ query, variables }, { next: (result) => result.errors && reject(result.errors), error: reject, complete: () => reject('ended') }));
  await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 1000))]);
  await client.dispose();
}
