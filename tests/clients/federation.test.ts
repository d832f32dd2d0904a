/**
 * In a graph with others: composed by `@apollo/composition` with another team's subgraph, run behind `@apollo/gateway` and
 * `@graphql-hive/gateway`, and stitched by `@graphql-tools/stitch`. The same questions are asked of all three.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { composeServices } from '@apollo/composition';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { createGatewayRuntime } from '@graphql-hive/gateway';
import { buildHTTPExecutor } from '@graphql-tools/executor-http';
import { stitchSchemas } from '@graphql-tools/stitch';
import { buildSchema, type ExecutionResult, graphql, type GraphQLSchema, parse } from 'graphql';
import { type Known, type Loyalty, loyalty, SDL } from './support/loyalty.js';
import { book, salon } from './support/salon.js';
import { type Json, type PersonName, PROGRAM, Server } from './support/server.js';

let server: Server;
let other: Loyalty;
let known: Known;
let ours: string;
let supergraph: string;

/** Asks one of the gateways as somebody. */
type Ask = (query: string, person?: PersonName, variables?: Record<string, unknown>) => Promise<Json>;

before(async () => {
  server = await Server.start('--subgraph=true');
  const { viewer } = await server.data('{ viewer { user { id } } }', {}, 'carla');
  known = { offerId: (await salon(server)).offerId, userId: viewer.user.id, bookingId: await book(server, 'carla') };
  other = await loyalty(known);
  ours = execFileSync(PROGRAM, ['schema', '--federation'], { encoding: 'utf8' });
  supergraph = compose();
});
after(async () => {
  await other?.stop();
  await server?.stop();
});

function compose(): string {
  const { errors, supergraphSdl } = composeServices([
    { name: 'bookings', typeDefs: parse(ours), url: server.endpoint },
    { name: 'loyalty', typeDefs: parse(SDL), url: other.url },
  ]);
  assert.equal(errors, undefined, errors?.map(({ message }) => message).join('\n'));
  assert.ok(supergraphSdl);
  return supergraphSdl;
}

test('it composes with another subgraph', () => {
  const api = buildSchema(supergraph, { assumeValidSDL: true });
  assert.ok(api.getQueryType()?.getFields().businesses);
  assert.match(supergraph, /loyaltyPoints/);
});

test('the running subgraph tells the schema that the command prints', async () => {
  const { _service } = await server.data('{ _service { sdl } }');
  assert.equal(_service.sdl.trim(), ours.trim());
});

test('each representation is authorised by the credential alone', async () => {
  const representations = [
    { __typename: 'Booking', id: known.bookingId },
    { __typename: 'Booking', id: 'bkg_00000000000000000000000000000000' },
    { __typename: 'Offer', id: known.offerId },
  ];
  const query = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) { __typename ... on Booking { id status } ... on Offer { name } }
  }`;
  const [hers, missing, offer] = (await server.data(query, { representations }, 'carla'))._entities;
  assert.equal(hers.id, known.bookingId);
  assert.equal(missing, null);
  assert.equal(offer.name, 'Cut and blow-dry');

  for (const stranger of ['charlie', 'instructor', undefined] as const) {
    const [foreign, , alsoOffer] = (await server.data(query, { representations }, stranger))._entities;
    assert.equal(foreign, null, 'a foreign booking is as good as none');
    assert.ok(alsoOffer, 'and the others are there all the same');
  }
  const claimed = [{ __typename: 'Booking', id: known.bookingId, businessId: 'biz_1', customer: { id: 'me' } }];
  assert.deepEqual((await server.data(query, { representations: claimed }, 'charlie'))._entities, [null]);
});

/** What every gateway in front of us must answer. */
function answers(name: string, start: () => Promise<{ ask: Ask; stop(): Promise<unknown> }>) {
  describe(name, () => {
    let ask: Ask;
    let stop: () => Promise<unknown>;
    before(async () => void ({ ask, stop } = await start()));
    after(() => stop?.());

    test('an answer is put together from both', async () => {
      const { viewer } = await ask('{ viewer { user { name loyaltyPoints } bookings(first: 1, orderBy: CREATED_DESC) { nodes { id offer { name reviews { stars author { name } } } } } } }', 'carla');
      assert.equal(viewer.user.name, 'Carla Customer');
      assert.equal(viewer.user.loyaltyPoints, 120);
      assert.equal(viewer.bookings.nodes[0].id, known.bookingId);
      assert.deepEqual(viewer.bookings.nodes[0].offer.reviews, [{ stars: 5, author: { name: 'Carla Customer' } }]);
    });

    test('what another subgraph names is shown to those who may see it', async () => {
      const query = '{ topReviews { stars offer { name } booking { id status } } }';
      const [hers] = (await ask(query, 'carla')).topReviews;
      assert.equal(hers.offer.name, 'Cut and blow-dry');
      assert.equal(hers.booking.status, 'CONFIRMED');
    });

    test('and to nobody else', async () => {
      const query = '{ topReviews { stars offer { name } booking { status } } }';
      for (const stranger of ['charlie', undefined] as const) {
        const [theirs] = (await ask(query, stranger)).topReviews;
        assert.equal(theirs.offer.name, 'Cut and blow-dry');
        assert.equal(theirs.booking?.status ?? null, null);
      }
    });

    test('a mutation goes through, with its refusals', async () => {
      const cancel = 'mutation ($id: ID!) { cancelBooking(input: { bookingId: $id, dryRun: true }) { booking { status offer { reviews { text } } } userErrors { code } } }';
      const { cancelBooking } = await ask(cancel, 'carla', { id: known.bookingId });
      assert.equal(cancelBooking.booking.status, 'CANCELLED');
      assert.deepEqual(cancelBooking.booking.offer.reviews, [{ text: 'As new.' }]);
      const refused = await ask(cancel, 'charlie', { id: known.bookingId });
      assert.equal(refused.cancelBooking.userErrors[0].code, 'NOT_FOUND');
    });
  });
}

/** Data, and errors at most where nothing may be seen. */
function dataOf({ data, errors }: ExecutionResult<Json>): Json {
  assert.ok(data, JSON.stringify(errors));
  return JSON.parse(JSON.stringify(data));
}

answers('@apollo/gateway', async () => {
  const gateway = new ApolloGateway({
    supergraphSdl: supergraph,
    buildService: ({ url }) =>
      new RemoteGraphQLDataSource({
        url,
        willSendRequest({ request, context }) {
          if (context.authorization) request.http?.headers.set('authorization', context.authorization);
        },
      }),
  });
  const { executor } = await gateway.load();
  const ask: Ask = async (query, person, variables = {}) => {
    const document = parse(query);
    const result = await executor({
      document,
      queryHash: query,
      operationName: null,
      request: { query, variables },
      context: { ...server.authorization(person) },
      schema: gateway.schema,
      metrics: {},
      overallCachePolicy: { restrict() {}, replace() {}, policyIfCacheable: () => null },
      cache: undefined,
    } as unknown as Parameters<typeof executor>[0]);
    return dataOf(result as ExecutionResult<Json>);
  };
  return { ask, stop: () => gateway.stop() };
});

answers('@graphql-hive/gateway', async () => {
  const gateway = createGatewayRuntime({
    supergraph,
    logging: false,
    propagateHeaders: {
      fromClientToSubgraphs({ request }) {
        const authorization = request.headers.get('authorization');
        return authorization ? { authorization } : {};
      },
    },
  });
  const ask: Ask = async (query, person, variables = {}) => {
    const response = await gateway.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...server.authorization(person) },
      body: JSON.stringify({ query, variables }),
    });
    return dataOf((await response.json()) as ExecutionResult<Json>);
  };
  return { ask, stop: async () => gateway[Symbol.asyncDispose]() };
});

answers('@graphql-tools/stitch', async () => {
  const executor = (endpoint: string) =>
    buildHTTPExecutor({ endpoint, headers: (request): Record<string, string> => request?.context ?? {} });
  // Whatever is merged is found by its id: in ours by `nodes`, many at a time; in theirs as a subgraph does it.
  const merged = {
    selectionSet: '{ id }',
    fieldName: 'nodes',
    key: ({ id }: { id: string }) => id,
    argsFromKeys: (ids: readonly string[]) => ({ ids }),
  };
  const entity = (__typename: string) => ({
    selectionSet: '{ id }',
    fieldName: '_entities',
    key: ({ id }: { id: string }) => ({ __typename, id }),
    argsFromKeys: (representations: readonly Json[]) => ({ representations }),
  });
  const schema: GraphQLSchema = stitchSchemas({
    subschemas: [
      {
        schema: buildSchema(execFileSync(PROGRAM, ['schema'], { encoding: 'utf8' })),
        executor: executor(server.endpoint),
        batch: true,
        merge: { Offer: merged, User: merged, Booking: merged },
      },
      {
        schema: buildSchema(
          `scalar _Any union _Entity = Offer | User | Booking directive @key(fields: String!) repeatable on OBJECT ${SDL.replace(/extend schema @link\(.*\)/, '')} extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`,
        ),
        executor: executor(other.url),
        merge: { Offer: entity('Offer'), User: entity('User') },
      },
    ],
  });
  const ask: Ask = async (query, person, variables = {}) =>
    dataOf((await graphql({ schema, source: query, variableValues: variables, contextValue: server.authorization(person) })) as ExecutionResult<Json>);
  return { ask, stop: async () => {} };
});
