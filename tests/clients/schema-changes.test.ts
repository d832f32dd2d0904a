/**
 * graphql-inspector: no breaking change of schema.graphql that is not declared.
 *
 * The schema is held against its earlier versions: the last twenty that were landed, that is, those on the first-parent
 * line of this commit, and the one on `origin/main`. Whoever breaks it on purpose writes the change and its reason into
 * `breaking-changes.json`; the failing test prints the line that is wanted.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type Change, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema, type GraphQLSchema } from 'graphql';
import declared from './breaking-changes.json' with { type: 'json' };

interface Declaration {
  change: string;
  why: string;
}

const VERSIONS = 20;
const SCHEMA = new URL('../../schema.graphql', import.meta.url);

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: new URL('.', import.meta.url), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
}

function gitOr(otherwise: string, ...words: string[]): string {
  try {
    return git(...words);
  } catch {
    return otherwise;
  }
}

function nameOf(change: Change): string {
  return `${change.type} ${change.path ?? ''}`.trim();
}

/** What breaks clients of `before` in `after`, apart from what is declared. */
async function undeclared(before: GraphQLSchema, after: GraphQLSchema, declarations: Declaration[]): Promise<Map<string, string>> {
  const known = new Set(declarations.map(({ change }) => change));
  const changes = await diff(before, after);
  const breaking = changes.filter((change) => change.criticality.level === CriticalityLevel.Breaking && !known.has(nameOf(change)));
  return new Map(breaking.map((change) => [nameOf(change), change.message]));
}

function readable(text: string): GraphQLSchema | undefined {
  try {
    return buildSchema(text, { assumeValidSDL: true });
  } catch {
    return undefined;
  }
}

test('the check finds what breaks, and lets pass what is declared', async () => {
  const before = buildSchema('type Query { a: Int b(x: Int): String }');
  const after = buildSchema('type Query { b(x: Int!): String c: Int }');
  const found = await undeclared(before, after, []);
  assert.deepEqual([...found.keys()].sort(), ['FIELD_ARGUMENT_TYPE_CHANGED Query.b.x', 'FIELD_REMOVED Query.a']);
  const rest = await undeclared(before, after, [{ change: 'FIELD_REMOVED Query.a', why: 'nobody read it' }]);
  assert.deepEqual([...rest.keys()], ['FIELD_ARGUMENT_TYPE_CHANGED Query.b.x']);
});

test('each declaration has its reason', () => {
  for (const { change, why } of declared as Declaration[]) assert.ok(why.length > 10, change);
});

test('nothing breaks that is not declared', async (t) => {
  if (gitOr('', 'rev-parse', '--git-dir') === '') return t.skip('there is no history to compare with');
  const landed = git('log', '--first-parent', `--max-count=${VERSIONS}`, '--format=%H', '--', ':/schema.graphql');
  const bases = new Set([...landed.split('\n'), gitOr('', 'rev-parse', '--verify', '--quiet', 'origin/main')].filter(Boolean));
  const now = buildSchema(await readFile(SCHEMA, 'utf8'));
  const broken = new Map<string, string>();
  for (const base of bases) {
    const text = gitOr('', 'show', `${base}:schema.graphql`);
    if (!text) continue;
    const before = readable(text);
    // What no client could read, no client was built on.
    if (!before) continue;
    for (const [change, message] of await undeclared(before, now, declared)) {
      broken.set(change, `{ "change": "${change}", "why": "…" }  since ${base.slice(0, 10)}: ${message}`);
    }
  }
  t.diagnostic(`compared with ${bases.size} earlier versions`);
  assert.ok(broken.size === 0, `breaks clients and is not declared in breaking-changes.json:\n${[...broken.values()].join('\n')}`);
});
