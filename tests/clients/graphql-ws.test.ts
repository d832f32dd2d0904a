/** graphql-ws: the reference client of graphql-transport-ws, and the protocol's letter by hand. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Client, type ClientOptions, CloseCode, createClient, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import WebSocket from 'ws';
import { book, salon } from './support/salon.js';
import { type Json, type PersonName, Server } from './support/server.js';
import { Inbox, within } from './support/wait.js';

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

function client(person?: PersonName, options: Partial<ClientOptions> = {}): Client {
  return createClient({
    url: server.webSocket,
    webSocketImpl: WebSocket,
    connectionParams: () => server.authorization(person),
    ...options,
  });
}

async function one(client: Client, query: string, variables: Record<string, unknown> = {}): Promise<Json> {
  for await (const result of client.iterate({ query, variables })) return result;
  assert.fail('no result');
}

const WATCH = 'subscription ($id: ID!) { bookingChanged(bookingId: $id) { id status version } }';
const CANCEL = 'mutation ($id: ID!) { cancelBooking(input: { bookingId: $id }) { booking { status } userErrors { code } } }';

test('a query and a mutation', async () => {
  const carla = client('carla');
  const { data } = await one(carla, '{ viewer { user { name } } }');
  assert.equal(data.viewer.user.name, 'Carla Customer');

  const id = await book(server, 'carla');
  const cancelled = await one(carla, CANCEL, { id });
  assert.equal(cancelled.data.cancelBooking.booking.status, 'CANCELLED');
  await carla.dispose();
});

test('an invalid document is an error of its operation alone', async () => {
  const anybody = client();
  const refused = await new Promise((resolve, reject) => {
    anybody.subscribe({ query: '{ nonsense }' }, { next: reject, error: resolve, complete: () => reject(new Error('it completed')) });
  });
  assert.ok(Array.isArray(refused) && refused.length === 1, `${refused}`);
  const { data } = await one(anybody, '{ __typename }');
  assert.equal(data.__typename, 'Query');
  await anybody.dispose();
});

test('a subscription delivers what others do', async () => {
  const { businessId } = await salon(server);
  const desk = client('desk');
  const seen = new Inbox<Json>();
  const watch = 'subscription ($id: ID!) { bookingChanged(businessId: $id) { id status customer { name } } }';
  // The desk sees changes only, so that it must be known to listen: its own query after it tells so.
  const stop = desk.subscribe({ query: watch, variables: { id: businessId } }, { next: seen.put, error: seen.put, complete: () => {} });
  await one(desk, '{ viewer { bookings(first: 1) { totalCount } } }');

  const id = await book(server, 'charlie', 1);
  const { data } = await seen.until((it) => it.data?.bookingChanged.id === id, 'the new booking');
  assert.equal(data.bookingChanged.customer.name, 'Charlie Customer');
  stop();
  await desk.dispose();
});

test('after a reconnect the present state comes first', async () => {
  const id = await book(server, 'carla', 2);
  const connections = new Inbox<unknown>();
  const carla = client('carla', { retryWait: () => Promise.resolve(), on: { connected: connections.put } });
  const seen = new Inbox<Json>();
  const stop = carla.subscribe({ query: WATCH, variables: { id } }, { next: seen.put, error: seen.put, complete: () => {} });
  const first = await seen.next('the present state');
  assert.equal(first.data.bookingChanged.status, 'CONFIRMED');
  await connections.next('the first connection');

  carla.terminate();
  await server.data(CANCEL, { id }, 'carla');
  await connections.next('the second connection');
  const again = await seen.until((it) => it.data?.bookingChanged.status === 'CANCELLED', 'the state after the reconnect');
  assert.equal(again.data.bookingChanged.id, id);
  stop();
  await carla.dispose();
});

test('a token that runs out ends the connection', async () => {
  const closed = new Inbox<unknown>();
  const carla = client('carla', {
    // The server allows clocks to differ by 30 seconds.
    connectionParams: () => server.authorization('carla', 3 - 30),
    retryAttempts: 0,
    on: { closed: closed.put },
  });
  const id = await book(server, 'carla', 3);
  carla.subscribe({ query: WATCH, variables: { id } }, { next: () => {}, error: () => {}, complete: () => {} });
  const event = (await closed.next('the end of the connection')) as CloseEvent;
  assert.equal(event.code, CloseCode.Forbidden);
  await carla.dispose();
});

test('a token that is not accepted is forbidden', async () => {
  const closed = new Inbox<unknown>();
  const stranger = client(undefined, {
    connectionParams: { authorization: 'Bearer not.a.token' },
    retryAttempts: 0,
    on: { closed: closed.put },
  });
  await assert.rejects(one(stranger, '{ __typename }'));
  const event = (await closed.next('the end of the connection')) as CloseEvent;
  assert.equal(event.code, CloseCode.Forbidden);
});

/** Speaks the protocol by hand, and tells how the connection was closed. */
async function closing(...messages: unknown[]): Promise<{ code: number; reason: string }> {
  const socket = new WebSocket(server.webSocket, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  socket.on('open', () => {
    for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve, reject) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    socket.on('error', reject);
  });
  return within(15, 'the end of the connection', closed);
}

const INIT = { type: 'connection_init' };
const watch = { query: 'subscription { bookingChanged(businessId: "x") { id } }' };

for (const [what, code, messages] of [
  ['no JSON', CloseCode.BadRequest, [INIT, 'nonsense']],
  ['an unknown type of message', CloseCode.BadRequest, [INIT, { type: 'start', id: '1', payload: {} }]],
  ['a message without a type', CloseCode.BadRequest, [{}]],
  ['a very long message that is bad', CloseCode.BadRequest, [INIT, { type: 'x'.repeat(100_000) }]],
  ['a subscription without an id', CloseCode.BadRequest, [INIT, { type: 'subscribe', payload: { query: '{ __typename }' } }]],
  ['an operation before the initialisation', CloseCode.Unauthorized, [{ type: 'subscribe', id: '1', payload: watch }]],
  ['a second initialisation', CloseCode.TooManyInitialisationRequests, [INIT, INIT]],
  ['no initialisation', CloseCode.ConnectionInitialisationTimeout, []],
] as const) {
  test(`${what} closes with ${code}`, async () => {
    const closed = await closing(...messages);
    assert.equal(closed.code, code, closed.reason);
    assert.ok(Buffer.byteLength(closed.reason) <= 123, 'a reason is at most 123 bytes');
  });
}

test('an id that is in use closes with 4409', async () => {
  const id = await book(server, 'carla', 4);
  const subscribe = { type: 'subscribe', id: 'same', payload: { query: WATCH, variables: { id } } };
  const closed = await closing({ ...INIT, payload: server.authorization('carla') }, subscribe, subscribe);
  assert.equal(closed.code, CloseCode.SubscriberAlreadyExists);
});

test('ping is answered by pong', async () => {
  const socket = new WebSocket(server.webSocket, GRAPHQL_TRANSPORT_WS_PROTOCOL);
  const said = new Inbox<Json>();
  socket.on('message', (message) => said.put(JSON.parse(message.toString())));
  socket.on('open', () => socket.send(JSON.stringify({ type: 'ping', payload: { n: 1 } })));
  const pong = await said.next('the pong');
  assert.equal(pong.type, 'pong');
  socket.close();
});
