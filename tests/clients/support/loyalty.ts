/**
 * Another team's subgraph, in memory: the reviews of offers, and the points of users. It knows of ours only the keys
 * of what it extends.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { createHandler } from 'graphql-http/lib/use/http';

export const SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable"])

  type Query {
    """What is liked most, of whichever business; and something that nobody may see."""
    topReviews: [Review!]!
  }

  type Review {
    stars: Int!
    text: String!
    offer: Offer
    author: User
    booking: Booking
  }

  type Offer @key(fields: "id") {
    id: ID!
    reviews: [Review!]!
  }

  type User @key(fields: "id") {
    id: ID!
    loyaltyPoints: Int!
  }

  type Booking @key(fields: "id") {
    id: ID!
  }
`;

/** The ids that its data is about. */
export interface Known {
  offerId: string;
  userId: string;
  bookingId: string;
}

export interface Loyalty {
  url: string;
  stop(): Promise<void>;
}

export async function loyalty(known: Known): Promise<Loyalty> {
  const review = { stars: 5, text: 'As new.', offer: { id: known.offerId }, author: { id: known.userId }, booking: { id: known.bookingId } };
  const schema = buildSubgraphSchema({
    typeDefs: parse(SDL),
    resolvers: {
      Query: { topReviews: () => [review] },
      Offer: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reviews: ({ id }: { id: string }) => (id === known.offerId ? [review] : []),
      },
      User: { __resolveReference: ({ id }: { id: string }) => ({ id }), loyaltyPoints: () => 120 },
    },
  });
  const server: HttpServer = createServer(createHandler({ schema }));
  await new Promise<void>((listens) => server.listen(0, '127.0.0.1', listens));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    async stop() {
      server.closeAllConnections();
      await new Promise((ended) => server.close(ended));
    },
  };
}
