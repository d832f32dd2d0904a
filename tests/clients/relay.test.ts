/** Relay: what relay-compiler made of the schema, run by relay-runtime. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createClient } from 'graphql-ws';
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  type FetchFunction,
  fetchQuery,
  getRequest,
  getSingularSelector,
  type GraphQLResponse,
  type GraphQLTaggedNode,
  Network,
  Observable,
  type OperationType,
  RecordSource,
  requestSubscription,
  type SingularReaderSelector,
  Store,
  type SubscribeFunction,
} from 'relay-runtime';
import WebSocket from 'ws';
import bookingFragment, { type documentsBooking$data } from './generated/relay/documentsBooking.graphql';
import refetchQuery, { type documentsBookingRefetchQuery } from './generated/relay/documentsBookingRefetchQuery.graphql';
import bookingSubscription, { type documentsBookingSubscription } from './generated/relay/documentsBookingSubscription.graphql';
import cancelMutation, { type documentsCancelMutation } from './generated/relay/documentsCancelMutation.graphql';
import offersFragment, { type documentsOffers$data } from './generated/relay/documentsOffers.graphql';
import pageQuery, { type documentsOffersPageQuery } from './generated/relay/documentsOffersPageQuery.graphql';
import salonQuery, { type documentsSalonQuery } from './generated/relay/documentsSalonQuery.graphql';
import viewerQuery, { type documentsViewerQuery } from './generated/relay/documentsViewerQuery.graphql';
import { book } from './support/salon.js';
import { type PersonName, Server } from './support/server.js';
import { Inbox } from './support/wait.js';

/** The demo's consultant, who has two offers. */
const SLUG = 'vogt-consulting';

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

function environment(person?: PersonName) {
  const socket = createClient({ url: server.webSocket, webSocketImpl: WebSocket, connectionParams: server.authorization(person) });
  const fetching: FetchFunction = async ({ text }, variables) => (await server.ask(text ?? '', variables, person)) as GraphQLResponse;
  const subscribing: SubscribeFunction = ({ name, text }, variables) =>
    Observable.create((sink) => socket.subscribe({ operationName: name, query: text ?? '', variables }, sink as never));
  const relay = new Environment({ network: Network.create(fetching, subscribing), store: new Store(new RecordSource()) });
  return { relay, socket };
}

/** Asks, and keeps what it gets in the store. */
async function ask<T extends OperationType>(relay: Environment, query: GraphQLTaggedNode, variables: T['variables']): Promise<T['response']> {
  relay.retain(createOperationDescriptor(getRequest(query), variables));
  const answer = await fetchQuery<T>(relay, query, variables).toPromise();
  assert.ok(answer);
  return answer;
}

/** What a component with that fragment would see in the store now. */
function read<Data>(relay: Environment, fragment: object, reference: unknown): Data {
  const selector = getSingularSelector(fragment as Parameters<typeof getSingularSelector>[0], reference);
  const { data, isMissingData } = relay.lookup(selector as SingularReaderSelector);
  assert.equal(isMissingData, false, 'the store holds the whole fragment');
  return data as Data;
}

test('a connection grows page by page', async () => {
  const { relay } = environment();
  const { business } = await ask<documentsSalonQuery>(relay, salonQuery, { slug: SLUG, count: 1 });
  assert.ok(business);
  const names = () => read<documentsOffers$data>(relay, offersFragment, business).offers.edges.map(({ node }) => node.name);
  assert.equal(names().length, 1);

  const { offers } = read<documentsOffers$data & { offers: { pageInfo: { endCursor: string; hasNextPage: boolean } } }>(relay, offersFragment, business);
  assert.equal(offers.pageInfo.hasNextPage, true);
  await ask<documentsOffersPageQuery>(relay, pageQuery, { id: business.id, count: 1, cursor: offers.pageInfo.endCursor });
  assert.equal(new Set(names()).size, 2, `${names()}`);
});

test('an object is fetched again by its id', async () => {
  const { relay } = environment('carla');
  const id = await book(server, 'carla');
  const { viewer } = await ask<documentsViewerQuery>(relay, viewerQuery, {});
  const booking = viewer?.bookings.edges[0]?.node;
  const seen = () => read<documentsBooking$data>(relay, bookingFragment, booking);
  assert.equal(seen().id, id);
  assert.equal(seen().status, 'CONFIRMED');

  await server.data('mutation ($id: ID!) { cancelBooking(input: { bookingId: $id }) { booking { id } } }', { id }, 'carla');
  await ask<documentsBookingRefetchQuery>(relay, refetchQuery, { id });
  assert.equal(seen().status, 'CANCELLED');
});

test('a mutation and a subscription write into the same store', async () => {
  const { relay, socket } = environment('carla');
  const id = await book(server, 'carla', 1);
  const statuses = new Inbox<string>();
  const watching = requestSubscription<documentsBookingSubscription>(relay, {
    subscription: bookingSubscription,
    variables: { id },
    onNext: (next) => statuses.put(read<documentsBooking$data>(relay, bookingFragment, next?.bookingChanged).status),
    onError: (error) => statuses.put(error.message),
  });
  assert.equal(await statuses.next('the present state'), 'CONFIRMED');

  const errors = await new Promise((resolve, reject) =>
    commitMutation<documentsCancelMutation>(relay, {
      mutation: cancelMutation,
      variables: { input: { bookingId: id } },
      onCompleted: ({ cancelBooking }) => resolve(cancelBooking.userErrors),
      onError: reject,
    }),
  );
  assert.deepEqual(errors, []);
  await statuses.until((it) => it === 'CANCELLED', 'the change');
  watching.dispose();
  await socket.dispose();
});
