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
  find?: { query: string };
  variables: Record<string, unknown>;
}

const page = '../../api/graphiql/examples.js';
const { examples, filledIn } = (await import(page)) as {
  examples: Example[];
  filledIn(example: Example, ask: (request: { query: string; variables?: object }) => Promise<Answer>): Promise<Record<string, unknown>>;
};

const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

/** Every refusal in an answer, however deep. */
function refusals(value: Json): Json[] {
  if (!value || typeof value !== 'object') return [];
  return [...(value.userErrors ?? []), ...Object.values(value).flatMap(refusals)];
}

for (const example of examples) {
  const name = /(?:query|mutation|subscription) (\w+)/.exec(example.document)?.[1] ?? assert.fail('an example has a name');
  test(`${name} is valid`, () => {
    assert.deepEqual(validate(schema, parse(example.document)), []);
    if (example.find) assert.deepEqual(validate(schema, parse(example.find.query)), []);
  });

  test(`${name} runs`, async () => {
    const person = (Object.keys(PEOPLE) as PersonName[]).find((name) => PEOPLE[name].sub === example.as);
    assert.ok(person, example.as);
    const variables = await filledIn(example, ({ query, variables }) => server.ask(query, variables, person));
    assert.ok(!JSON.stringify(variables).includes('{business'), JSON.stringify(variables));
    if (/^subscription/m.test(example.document)) return subscribes(example.document, variables, person);
    const answer = await server.ask(example.document, variables, person);
    assert.equal(answer.errors, undefined, JSON.stringify(answer));
    assert.deepEqual(refusals(answer.data), [], JSON.stringify(variables));
    assert.ok(Object.values(answer.data).every(Boolean), JSON.stringify(answer));
  });
}

/** It stays open, and does not fail. */
async function subscribes(query: string, variables: Record<string, unknown>, person: PersonName): Promise<void> {
  const client = createClient({ url: server.webSocket, webSocketImpl: WebSocket, connectionParams: server.authorization(person) });
  const failed = new Promise((_, reject) => client.subscribe({ query, variables }, { next: (result) => result.errors && reject(result.errors), error: reject, complete: () => reject('ended') }));
  await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 1000))]);
  await client.dispose();
}
