/**
 * GraphiQL in a browser, as a newcomer meets it: under its strict policy, and with nothing from elsewhere when its files
 * are embedded. Debian's Chromium serves; `CHROMIUM` names another one. Without any the test is skipped, which
 * `REQUIRE_NODE` forbids.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';
import { book } from './support/salon.js';
import { type Answer, type Json, Server } from './support/server.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SCREENSHOTS = new URL('screenshots/', import.meta.url).pathname;
const PACKAGES = new URL('../../api/graphiql/node_modules/', import.meta.url);
/** The page takes its files from here if they are not embedded. */
const PUBLIC_HOST = 'https://cdn.jsdelivr.net';

const canRun = existsSync(CHROMIUM);
if (!canRun && process.env.REQUIRE_NODE) assert.fail(`there is no ${CHROMIUM}`);
const options = canRun ? {} : { skip: `there is no ${CHROMIUM}` };

let server: Server;
let browser: Browser;
before(async () => {
  if (!canRun) return;
  server = await Server.start();
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  await mkdir(SCREENSHOTS, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens the page, and notes what goes wrong in it and whom it asks. */
async function open(url = server.origin): Promise<{ page: Page; wrong: string[]; hosts: Set<string> }> {
  const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
  const wrong: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => {
    if (message.type() === 'error' || /Content.Security/i.test(message.text())) wrong.push(message.text());
  });
  page.on('pageerror', (error) => wrong.push(`${error}`));
  page.on('request', (request) => {
    if (/^(https?|wss?):/.test(request.url())) hosts.add(new URL(request.url()).origin);
  });
  page.on('websocket', (socket) => hosts.add(new URL(socket.url()).origin.replace('ws', 'http')));
  // What the public host would answer: the same files, so that their checksums are tried here too.
  await page.route(`${PUBLIC_HOST}/**`, async (route) => {
    const path = new URL(route.request().url()).pathname.replace('/npm/', '').replace(/@[^/]+/, '');
    const contentType = path.endsWith('.css') ? 'text/css' : 'text/javascript';
    await route.fulfill({ body: await readFile(new URL(path, PACKAGES)), contentType, headers: { 'access-control-allow-origin': '*' } });
  });
  await page.addInitScript(() => document.addEventListener('securitypolicyviolation', (event) => console.error(`Content-Security-Policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`)));
  await page.goto(url);
  await page.locator('.graphiql-container').waitFor();
  return { page, wrong, hosts };
}

/** Waits until the tab of the moment is sent by that person. */
async function isSentBy(page: Page, subject: string): Promise<void> {
  await page.locator(`#person option:checked[value="${subject}"]`).waitFor({ state: 'attached' });
}

/** What the response pane shows, once it shows `text`. */
async function shows(page: Page, text: string): Promise<void> {
  const shown = page.locator('.result-window', { hasText: text }).waitFor({ timeout: 15_000 });
  await shown.catch(async (error) => {
    await picture(page, 'failure');
    throw error;
  });
}

async function tab(page: Page, name: string): Promise<void> {
  await page.locator('.graphiql-tab-button').filter({ hasText: new RegExp(`^${name}$`) }).click();
  // Its editors follow what is in them with a delay of a tenth of a second.
  await page.waitForTimeout(400);
}

async function run(page: Page): Promise<void> {
  await page.locator('.graphiql-execute-button').click();
}

/** The text of an editor, of which only what is in sight is in the page. */
async function textOf(page: Page, selector: string): Promise<string> {
  return page.locator(selector).first().evaluate((element) => (element as HTMLElement & { CodeMirror: { getValue(): string } }).CodeMirror.getValue());
}

async function variables(page: Page): Promise<string> {
  return textOf(page, '.graphiql-editor-tool .CodeMirror');
}

/** What the response pane holds. */
async function answer(page: Page): Promise<Answer> {
  return JSON.parse(await textOf(page, '.result-window .CodeMirror')) as Answer;
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png` });
}

test('a query, a mutation and a subscription, and the docs', options, async () => {
  const { page, wrong, hosts } = await open();

  await tab(page, 'MyBookings');
  await run(page);
  await shows(page, 'Carla Customer');
  await picture(page, 'query');

  await tab(page, 'Book');
  await run(page);
  await shows(page, '"userErrors": []');
  await picture(page, 'mutation');

  await tab(page, 'Live');
  await run(page);
  // The subscription is on its way; the change comes until it is seen.
  let seen = false;
  for (let nth = 5; !seen && nth < 12; nth++) {
    await book(server, 'charlie', nth);
    seen = await shows(page, 'Charlie Customer').then(() => true, () => false);
  }
  assert.ok(seen, 'the change is shown');
  await picture(page, 'subscription');
  await run(page);

  await page.getByRole('button', { name: /Show Documentation Explorer/ }).click();
  await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Mutation', exact: true }).click();
  await page.locator('.graphiql-doc-explorer').getByText('createBooking').first().waitFor();
  await picture(page, 'docs');

  assert.deepEqual(wrong, []);
  const elsewhere = [...hosts].filter((host) => host !== server.origin);
  if (process.env.REQUIRE_NODE) assert.deepEqual(elsewhere, [], 'the files are embedded, so that no request leaves the machine');
  else assert.ok(elsewhere.every((host) => host === PUBLIC_HOST), `${elsewhere}`);
  await page.close();
});

test('a customer keeps seats and enrols on them', options, async () => {
  const { page, wrong } = await open();

  // What another tab will answer cannot be filled in yet.
  await tab(page, 'UC18_Enrol');
  await isSentBy(page, 'demo|customer-2');
  assert.match(await variables(page), /"\{UC18_HoldSeats\./);

  await tab(page, 'UC18_HoldSeats');
  await run(page);
  await shows(page, '"userErrors": []');
  const held = await answer(page);
  const { id, seats } = held.data.holdSeats.seatHold;
  assert.equal(seats.length, 2);
  await picture(page, 'seats-held');

  await tab(page, 'UC18_Enrol');
  await page.waitForFunction((id) => document.querySelector('.graphiql-editor-tool')?.textContent?.includes(id), id);
  await run(page);
  await shows(page, '"status": "ENROLLED"');
  const { enrollment } = (await answer(page)).data.enroll;
  assert.equal(enrollment.status, 'ENROLLED');
  const name = (seat: Json) => `${seat.rowLabel}${seat.seatNumber}`;
  const taken = enrollment.occurrence.seats.filter((it: Json) => it.state === 'TAKEN').map((it: Json) => name(it.seat));
  assert.deepEqual(enrollment.seats.map(name), seats.map(name));
  for (const seat of seats) assert.ok(taken.includes(name(seat)), `${name(seat)} is taken: ${taken}`);
  await picture(page, 'seats-taken');

  assert.deepEqual(wrong, []);
  await page.close();
});

test('the person of a tab can be chosen', options, async () => {
  const { page, wrong } = await open();
  await tab(page, 'MyBookings');
  await isSentBy(page, 'demo|customer-1');
  await page.locator('#person').selectOption({ label: 'Charlie Customer: Customer' });
  await run(page);
  await shows(page, 'Charlie Customer');

  await tab(page, 'UC1_PrivateNote');
  await isSentBy(page, 'demo|front-desk');
  await run(page);
  await shows(page, 'Prefers the room with the window.');

  await tab(page, 'MyBookings');
  await isSentBy(page, 'demo|customer-2');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('menus, dialogs, settings and completion work under the policy', options, async () => {
  const { page, wrong } = await open();
  await page.getByRole('button', { name: /Open settings/ }).click();
  await page.getByRole('dialog').waitFor();
  await picture(page, 'settings');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /Show History/ }).click();
  await page.getByRole('button', { name: /Prettify query/ }).hover();
  await page.locator('.graphiql-query-editor .CodeMirror').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('{ bus');
  await page.keyboard.press('Control+Space');
  await page.locator('.CodeMirror-hints').waitFor();
  await picture(page, 'completion');
  assert.deepEqual(wrong, []);
  await page.close();
});

test('without the demo there are no tokens, and not without being asked a page', options, async () => {
  const html = await (await fetch(server.origin)).text();
  assert.ok(html.includes('"token"'));
  const without = await Server.start('--graphiql=false');
  assert.equal((await fetch(without.origin)).status, 404);
  await without.stop();
});
