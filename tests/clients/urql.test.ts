/** urql: queries by GET, persisted ones, mutations, and subscriptions over server-sent events. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cacheExchange, Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { graphql } from './generated/gql/index.js';
import { book, SALON } from './support/salon.js';
import { type PersonName, Server } from './support/server.js';
import { Inbox } from './support/wait.js';

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

function client(person?: PersonName) {
  const methods: string[] = [];
  const urql = new Client({
    url: server.endpoint,
    exchanges: [cacheExchange, persistedExchange({ preferGetForPersistedQueries: 'force' }), fetchExchange],
    preferGetMethod: 'force',
    // Its way of subscribing without a WebSocket.
    fetchSubscriptions: true,
    fetchOptions: () => ({ headers: server.authorization(person) }),
    fetch: (input, init) => {
      methods.push(init?.method ?? 'GET');
      return fetch(input, init);
    },
  });
  return { urql, methods };
}

const OFFERS = graphql(`
  query UrqlOffers($slug: String!) {
    business(by: { slug: $slug }) {
      id
      name
      currency
      offers(first: 10) { nodes { id name currentVersion { id basePrice { amountMinor currency } } } }
    }
  }
`);

const CANCEL = graphql(`
  mutation UrqlCancel($input: CancelBookingInput!) {
    cancelBooking(input: $input) { booking { id status cancellation { late fee { amountMinor } } } userErrors { code } }
  }
`);

const WATCH = graphql(`
  subscription UrqlWatch($bookingId: ID!) { bookingChanged(bookingId: $bookingId) { id status } }
`);

test('a query by GET, and its second answer from the cache', async () => {
  const { urql, methods } = client();
  const first = await urql.query(OFFERS, { slug: SALON }).toPromise();
  assert.equal(first.error, undefined);
  assert.equal(first.data?.business?.name, 'Atelier Lumière');
  assert.ok(first.data.business.offers.nodes.every((it) => it.currentVersion?.basePrice.currency === 'EUR'));
  assert.ok(methods.includes('GET'));

  const requests = methods.length;
  await urql.query(OFFERS, { slug: SALON }).toPromise();
  assert.equal(methods.length, requests, 'the cache answers');
});

test('a mutation', async () => {
  const { urql, methods } = client('carla');
  const bookingId = await book(server, 'carla');
  const { data, error } = await urql.mutation(CANCEL, { input: { bookingId } }).toPromise();
  assert.equal(error, undefined);
  assert.equal(data?.cancelBooking.booking?.status, 'CANCELLED');
  assert.equal(data.cancelBooking.booking.cancellation?.late, false);
  assert.deepEqual(new Set(methods), new Set(['POST']));
});

test('a subscription over server-sent events', async () => {
  const { urql } = client('carla');
  const bookingId = await book(server, 'carla', 1);
  const seen = new Inbox<string | undefined>();
  const watching = urql.subscription(WATCH, { bookingId }).subscribe(({ data, error }) => seen.put(error?.message ?? data?.bookingChanged.status));
  assert.equal(await seen.next('the present state'), 'CONFIRMED');
  await urql.mutation(CANCEL, { input: { bookingId } }).toPromise();
  await seen.until((it) => it === 'CANCELLED', 'the change');
  watching.unsubscribe();
});
