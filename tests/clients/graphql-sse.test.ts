/** graphql-sse, in the mode of distinct connections: each operation is a request of its own. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Client, createClient, NetworkError } from 'graphql-sse';
import { book } from './support/salon.js';
import { type Json, type PersonName, Server } from './support/server.js';
import { Inbox } from './support/wait.js';

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

function client(person?: PersonName): Client {
  return createClient({ url: server.endpoint, singleConnection: false, headers: () => server.authorization(person) });
}

async function one(client: Client, query: string, variables: Record<string, unknown> = {}): Promise<Json> {
  for await (const result of client.iterate({ query, variables })) return result;
  assert.fail('no result');
}

const WATCH = 'subscription ($id: ID!) { bookingChanged(bookingId: $id) { status } }';
const CANCEL = 'mutation ($id: ID!) { cancelBooking(input: { bookingId: $id }) { booking { status } } }';

test('a query and a mutation', async () => {
  const carla = client('carla');
  const { data } = await one(carla, '{ viewer { user { name } } }');
  assert.equal(data.viewer.user.name, 'Carla Customer');

  const id = await book(server, 'carla');
  const cancelled = await one(carla, CANCEL, { id });
  assert.equal(cancelled.data.cancelBooking.booking.status, 'CANCELLED');
});

test('a subscription tells the present state, then each change', async () => {
  const id = await book(server, 'carla', 1);
  const seen = new Inbox<Json>();
  const stop = client('carla').subscribe({ query: WATCH, variables: { id } }, { next: seen.put, error: seen.put, complete: () => {} });
  assert.equal((await seen.next('the present state')).data.bookingChanged.status, 'CONFIRMED');

  await server.data(CANCEL, { id }, 'carla');
  await seen.until((it) => it.data?.bookingChanged.status === 'CANCELLED', 'the change');
  stop();
});

test('several at a time, each with its own connection', async () => {
  const desk = client('desk');
  const mailboxes = [new Inbox<Json>(), new Inbox<Json>(), new Inbox<Json>()];
  const ids = await Promise.all(mailboxes.map((_, nth) => book(server, 'carla', 2 + 2 * nth)));
  const stops = mailboxes.map((inbox, nth) =>
    desk.subscribe({ query: WATCH, variables: { id: ids[nth] } }, { next: inbox.put, error: inbox.put, complete: () => {} }),
  );
  for (const inbox of mailboxes) assert.equal((await inbox.next()).data.bookingChanged.status, 'CONFIRMED');

  stops[0]?.();
  await server.data(CANCEL, { id: ids[1] }, 'carla');
  await mailboxes[1]?.until((it) => it.data?.bookingChanged.status === 'CANCELLED', 'the change of the second');
  assert.ok(mailboxes[2]?.isEmpty, 'the third has not changed');
  stops.forEach((stop) => stop());
});

test('an invalid document is refused', async () => {
  const outcome = await one(client(), '{ nonsense }').catch((error: unknown) => error);
  // The protocol allows either: a 4xx before the stream, or its errors in the stream.
  if (outcome instanceof NetworkError) assert.ok(outcome.message.includes('400'), outcome.message);
  else assert.equal(outcome.data, undefined, JSON.stringify(outcome));
});

test('a token that is not accepted is a 401', async () => {
  const stranger = createClient({ url: server.endpoint, headers: { authorization: 'Bearer not.a.token' }, retryAttempts: 0 });
  await assert.rejects(one(stranger, '{ __typename }'), /401/);
});
