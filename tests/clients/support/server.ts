/** The real server, on a port and a database of its own, for as long as a test file runs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The program under test: what `cargo test` has just built, or else what was built last. */
export const PROGRAM = process.env.BOOKING_GATEWAY ?? new URL('../../../target/debug/booking-gateway', import.meta.url).pathname;

/** The people of the demo, by the subjects of their tokens. */
export const PEOPLE = {
  owner: { sub: 'demo|owner', name: 'Olivia Owner', email: 'olivia.owner@example.test' },
  desk: { sub: 'demo|front-desk', name: 'Frank Desk', email: 'frank.desk@example.test' },
  instructor: { sub: 'demo|instructor', name: 'Ines Instructor', email: 'ines.instructor@example.test' },
  carla: { sub: 'demo|customer-1', name: 'Carla Customer', email: 'carla.customer@example.test' },
  charlie: { sub: 'demo|customer-2', name: 'Charlie Customer', email: 'charlie.customer@example.test' },
} as const;
export type PersonName = keyof typeof PEOPLE;

/** A value of the schema's `JSON`, as far as a test looks into it without types. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Answer {
  data?: Json;
  errors?: { message: string; extensions?: Json }[];
  extensions?: Json;
}

export class Server {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    private readonly secret: string,
    /** Such as `http://127.0.0.1:40123`. */
    readonly origin: string,
    private readonly log: string[],
  ) {}

  get endpoint() {
    return `${this.origin}/graphql`;
  }

  get webSocket() {
    return this.endpoint.replace('http', 'ws');
  }

  /** Starts it with the demo, and waits until it serves. */
  static async start(...flags: string[]): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'booking-clients-'));
    const secret = randomBytes(48).toString('base64');
    const child = spawn(PROGRAM, ['serve', '--demo', '--listen', '127.0.0.1:0', ...flags], {
      cwd: folder,
      env: { PATH: process.env.PATH, AUTH_HS256_SECRET: secret, RUST_LOG: 'warn', DATABASE_URL: `sqlite://${folder}/demo.sqlite` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // Whatever happens to this process, the server must not outlive it.
    process.on('exit', () => child.kill('SIGKILL'));
    const log: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
    const origin = await new Promise<string>((serves, fails) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const found = /^GraphQL\s+(http:\S+)\/graphql$/.exec(line);
        if (found?.[1]) serves(found[1]);
      });
      child.once('error', fails);
      child.once('exit', (code) => fails(new Error(`the server ended with ${code}:\n${log.join('\n')}`)));
    });
    return new Server(child, folder, secret, origin, log);
  }

  /** Ends it, and removes its files. It must end by itself, within its grace. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = new Promise((resolve) => this.process.once('exit', resolve));
      this.process.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The lines of its log at WARN and above. */
  warnings(): string[] {
    return this.log;
  }

  /** A token of somebody in the demo, signed as their identity provider would. */
  token(person: PersonName, seconds = 3600): string {
    const now = Math.floor(Date.now() / 1000);
    const claims = { ...PEOPLE[person], email_verified: true, iat: now, exp: now + seconds };
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    return `${signed}.${createHmac('sha256', this.secret).update(signed).digest('base64url')}`;
  }

  authorization(person?: PersonName, seconds?: number): Record<string, string> {
    return person ? { authorization: `Bearer ${this.token(person, seconds)}` } : {};
  }

  /** Sends one request by hand. */
  async ask(query: string, variables: object = {}, person?: PersonName): Promise<Answer> {
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...this.authorization(person) },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }

  /** Sends one request by hand that must succeed, and returns its data. */
  async data(query: string, variables: object = {}, person?: PersonName): Promise<Json> {
    const answer = await this.ask(query, variables, person);
    if (answer.errors || !answer.data) throw new Error(JSON.stringify(answer));
    return answer.data;
  }
}
