/**
 * What a Relay application would ask: a connection to page through, an object to fetch again, changes to follow.
 *
 * This is for relay-compiler alone: what runs are the artifacts that it makes of it.
 */
import { graphql } from 'relay-runtime';

export const salonQuery = graphql`
  query documentsSalonQuery($slug: String!, $count: Int!) {
    business(by: { slug: $slug }) {
      id
      ...documentsOffers @arguments(count: $count)
    }
  }
`;

/** A list that grows page by page: compiles only over the connections that Relay asks for. */
export const offers = graphql`
  fragment documentsOffers on Business
  @refetchable(queryName: "documentsOffersPageQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
    name
    offers(first: $count, after: $cursor) @connection(key: "documentsOffers_offers") {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

/** An object that is fetched again by its id alone: compiles only over `Node`. */
export const booking = graphql`
  fragment documentsBooking on Booking @refetchable(queryName: "documentsBookingRefetchQuery") {
    id
    status
    version
    offer {
      name
    }
  }
`;

export const viewerQuery = graphql`
  query documentsViewerQuery {
    viewer {
      bookings(first: 1, orderBy: CREATED_DESC) {
        edges {
          node {
            ...documentsBooking
          }
        }
      }
    }
  }
`;

export const cancelMutation = graphql`
  mutation documentsCancelMutation($input: CancelBookingInput!) {
    cancelBooking(input: $input) {
      booking {
        ...documentsBooking
      }
      userErrors {
        code
      }
    }
  }
`;

export const bookingSubscription = graphql`
  subscription documentsBookingSubscription($id: ID!) {
    bookingChanged(bookingId: $id) {
      ...documentsBooking
    }
  }
`;
