/** graphql-eslint over schema.graphql: its recommended and relay rules. Run from the top folder. */
import graphql from '@graphql-eslint/eslint-plugin';

const schema = 'schema.graphql';
const { configs, parser } = graphql;

/** Values: they have no identity, and are read as a part of what has one. */
const VALUES = [
  'Address',
  'Availability',
  'BusyInterval',
  'Cancellation',
  'CancellationPolicy',
  'ClassCollision',
  'Deposit',
  'HoursException',
  'MinuteRange',
  'Money',
  'OccurrenceSeat',
  'OpeningHours',
  'PackageTerms',
  'PageInfo',
  'SkippedClass',
  'Slot',
  'TimeWindow',
  'UnavailableReason',
  'UserError',
  'WeeklyHours',
];

/** There is one for each request; the viewer's id is that of the user behind it. */
const SINGLE = ['RateLimit', 'Viewer'];

export default [
  {
    files: [schema],
    languageOptions: { parser, parserOptions: { graphQLConfig: { schema } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      ...configs['flat/schema-recommended'].rules,
      ...configs['flat/schema-relay'].rules,
      // An id for whatever a client may keep. Payloads, connections and edges are made for one answer.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        { exceptions: { types: [...VALUES, ...SINGLE], suffixes: ['Payload', 'Connection', 'Edge'] } },
      ],
      // Seats are numbered and typed in the words of their table: `Seat.seatNumber`, `Seat.seatType`.
      '@graphql-eslint/no-typename-prefix': 'off',
      // Connections are for lists that grow; a short list that its owner bounds (the lines of a bill) is a list. And
      // connections have `nodes` beside `edges`, for clients that need no cursors.
      '@graphql-eslint/relay-edge-types': ['error', { listTypeCanWrapOnlyEdgeType: false }],
      // The library that makes the connections gives them no description; their fields have some.
      '@graphql-eslint/require-description': [
        'error',
        { types: true, DirectiveDefinition: true, rootField: true, ignoredSelectors: ['ObjectTypeDefinition[name.value=/Connection$/]'] },
      ],
    },
  },
];
