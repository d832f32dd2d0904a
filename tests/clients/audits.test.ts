/** The audits of the GraphQL-over-HTTP working group: all of them, MAY included. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { Server } from './support/server.js';

/** As many as `graphql-http` has; a new version that has more shall be noticed. */
const AUDITS = 61;

let server: Server;
before(async () => void (server = await Server.start()));
after(() => server.stop());

const audits = serverAudits({ url: () => server.endpoint });

test(`there are ${AUDITS} audits`, () => assert.equal(audits.length, AUDITS));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    if (result.status !== 'ok') assert.fail(`${result.status}: ${result.reason}`);
  });
}
