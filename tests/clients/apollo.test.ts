/** Apollo Client, with automatic persisted queries over GET and POST, and subscriptions over graphql-ws. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client/core/index.js';
import { CombinedGraphQLErrors } from '@apollo/client/errors/index.js';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries/index.js';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions/index.js';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { graphql } from './generated/gql/index.js';
import { book, freeTimes, salon } from './support/salon.js';
import { type PersonName, Server } from './support/server.js';
import { Inbox } from './support/wait.js';

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

interface Sent {
  method: string;
  hasText: boolean;
  status: number;
}

/** A client that persists its queries, and what it has sent. */
function client(person?: PersonName) {
  const sent: Sent[] = [];
  const http = new HttpLink({
    uri: server.endpoint,
    headers: server.authorization(person),
    fetch: async (uri, init) => {
      const response = await fetch(uri, init);
      const asked = init?.method === 'GET' ? new URL(`${uri}`).searchParams.has('query') : 'query' in JSON.parse(`${init?.body}`);
      sent.push({ method: init?.method ?? '', hasText: asked, status: response.status });
      return response;
    },
  });
  const persisted = new PersistedQueryLink({
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    useGETForHashedQueries: true,
  });
  const socket = createClient({ url: server.webSocket, webSocketImpl: WebSocket, connectionParams: server.authorization(person) });
  const apollo = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      persisted.concat(http),
    ),
    defaultOptions: { query: { fetchPolicy: 'network-only' } },
  });
  return { apollo, sent, socket };
}

const VIEWER = graphql(`
  query ApolloViewer {
    viewer {
      user { id name }
      bookings(first: 5, orderBy: CREATED_DESC) { nodes { id status total { amountMinor currency } } }
    }
  }
`);

const CREATE = graphql(`
  mutation ApolloCreate($input: CreateBookingInput!) {
    createBooking(input: $input) {
      booking { id status version startAt customer { id name } }
      userErrors { code message field }
    }
  }
`);

const CANCEL = graphql(`
  mutation ApolloCancel($input: CancelBookingInput!) {
    cancelBooking(input: $input) { booking { id status version } userErrors { code } }
  }
`);

const WATCH = graphql(`
  subscription ApolloWatch($bookingId: ID!) { bookingChanged(bookingId: $bookingId) { id status version } }
`);

const WRONG = graphql(`
  query ApolloWrong($after: String!) { viewer { bookings(after: $after) { totalCount } } }
`);

test('a query is registered once, and sent by its hash from then on', async () => {
  const { apollo, sent } = client('carla');
  const first = await apollo.query({ query: VIEWER });
  assert.equal(first.data?.viewer?.user.name, 'Carla Customer');
  assert.deepEqual(sent.map((it) => it.hasText), [false, true], 'the hash is unknown, so its text follows');

  const again = await apollo.query({ query: VIEWER });
  assert.equal(again.data?.viewer?.user.name, 'Carla Customer');
  assert.deepEqual(sent.map((it) => it.hasText), [false, true, false]);
  assert.equal(sent[2]?.method, 'GET');

  // What one client has registered serves every other one, as somebody else.
  const other = client('charlie');
  const theirs = await other.apollo.query({ query: VIEWER });
  assert.equal(theirs.data?.viewer?.user.name, 'Charlie Customer');
  assert.deepEqual(other.sent.map((it) => it.hasText), [false]);
});

test('mutations go by POST, and the cache follows them', async () => {
  const { apollo, sent } = client('carla');
  const { offerId } = await salon(server);
  const startAt = (await freeTimes(server, offerId))[0];
  assert.ok(startAt);
  const created = await apollo.mutate({ mutation: CREATE, variables: { input: { offerId, startAt } } });
  const booking = created.data?.createBooking.booking;
  assert.ok(booking, JSON.stringify(created.data?.createBooking.userErrors));
  assert.equal(Date.parse(booking.startAt), Date.parse(startAt));
  assert.ok(sent.every((it) => it.method === 'POST'), JSON.stringify(sent));

  const list = await apollo.query({ query: VIEWER });
  const listed = list.data?.viewer?.bookings.nodes.find((it) => it.id === booking.id);
  assert.equal(listed?.total.currency, 'EUR');

  const cancelled = await apollo.mutate({ mutation: CANCEL, variables: { input: { bookingId: booking.id, expectedVersion: booking.version } } });
  assert.deepEqual(cancelled.data?.cancelBooking.userErrors, []);
  const cached = apollo.cache.readQuery({ query: VIEWER });
  assert.equal(cached?.viewer?.bookings.nodes.find((it) => it.id === booking.id)?.status, 'CANCELLED');
});

test('a mutation with a wrong version is a user error, not a failed request', async () => {
  const { apollo } = client('carla');
  const bookingId = await book(server, 'carla', 2);
  const refused = await apollo.mutate({ mutation: CANCEL, variables: { input: { bookingId, expectedVersion: 99 } } });
  assert.equal(refused.data?.cancelBooking.userErrors[0]?.code, 'VERSION_CONFLICT');
  assert.equal(refused.data?.cancelBooking.booking, null);
});

test('a subscription feeds the cache', async () => {
  const { apollo, socket } = client('carla');
  const bookingId = await book(server, 'carla', 3);
  const seen = new Inbox<string | undefined>();
  const watching = apollo
    .subscribe({ query: WATCH, variables: { bookingId } })
    .subscribe({ next: ({ data, error }) => seen.put(error?.message ?? data?.bookingChanged.status) });
  assert.equal(await seen.next('the present state'), 'CONFIRMED');
  await apollo.mutate({ mutation: CANCEL, variables: { input: { bookingId } } });
  await seen.until((it) => it === 'CANCELLED', 'the change');
  watching.unsubscribe();
  await socket.dispose();
});

test('an error of the request comes through with its code', async () => {
  const { apollo } = client('carla');
  const failing = apollo.query({ query: WRONG, variables: { after: 'nonsense' } });
  await assert.rejects(failing, (error) => {
    assert.ok(CombinedGraphQLErrors.is(error), `${error}`);
    assert.equal(error.errors[0]?.extensions?.code, 'BAD_REQUEST');
    return true;
  });
});
