/** The page: GraphiQL over this gateway; in the demo with its people and its examples. */
const { React, ReactDOM, GraphiQL, graphqlWs } = window;
const { createElement, useState } = React;

// The page's policy knows no styles that are written into it but those of this response; GraphiQL asks for it so.
window.__webpack_nonce__ = document.querySelector('script[nonce]').nonce;

const ENDPOINT = '/graphql';
/** How long the editors take to show a tab that was opened, with some to spare. */
const EDITORS_FOLLOW_MS = 300;
const SOCKET = new URL(ENDPOINT, location.href.replace(/^http/, 'ws')).href;

const WELCOME = `# Put a token under Headers: {"Authorization": "Bearer <token>"}

query Viewer {
  viewer {
    user { name }
  }
}
`;

/** Sends one request. */
async function post(request, headers) {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json', ...headers },
    body: JSON.stringify(request),
  });
  return response.json();
}

/** Follows a subscription on a connection of its own, which is opened with the headers of that moment. */
function subscribe(request, headers) {
  return {
    subscribe(sink) {
      const client = graphqlWs.createClient({ url: SOCKET, connectionParams: headers });
      const stop = client.subscribe(request, {
        ...sink,
        error: (error) => sink.error(error instanceof CloseEvent ? new Error(`${error.code}: ${error.reason}`) : error),
      });
      return {
        unsubscribe() {
          stop();
          client.dispose();
        },
      };
    },
  };
}

function isSubscription({ operationName }, document) {
  const operations = (document?.definitions ?? []).filter(({ kind }) => kind === 'OperationDefinition');
  const chosen = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  return chosen?.operation === 'subscription';
}

function fetcher(request, { headers = {}, documentAST } = {}) {
  return isSubscription(request, documentAST) ? subscribe(request, headers) : post(request, headers);
}

function headersOf(person) {
  return JSON.stringify({ Authorization: `Bearer ${person.token}` }, null, 2);
}

/** Whose token is in those headers. */
function personIn(headers, people) {
  return people.find(({ token }) => headers?.includes(token))?.subject ?? '';
}

/** Keeps nothing: with each new page come new tokens, and examples for the time that it is. */
function forgetful() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    clear: () => kept.clear(),
    get length() {
      return kept.size;
    },
  };
}

/** An editor of the tab that is open: below the document there are variables, then headers. */
function editor(name) {
  const [variables, headers] = document.querySelectorAll('.graphiql-editor-tool .CodeMirror');
  return { variables, headers }[name].CodeMirror;
}

function Chooser({ people, chosen, choose }) {
  const option = ({ subject, name, part }) => createElement('option', { key: subject, value: subject }, `${name}: ${part}`);
  return createElement(
    'header',
    { className: 'people' },
    createElement('label', { htmlFor: 'person' }, 'This tab is sent by'),
    createElement(
      'select',
      { id: 'person', value: chosen, onChange: ({ target }) => choose(people.find(({ subject }) => subject === target.value)) },
      createElement('option', { value: '' }, 'nobody in particular'),
      people.map(option),
    ),
    createElement('p', null, 'The token is under Headers. A tab that builds on another is filled in when it is opened; load the page anew to begin afresh.'),
  );
}

/** The examples, filled in with what is there now and with what they have been answered. */
async function examplesFor(people) {
  const { examples, filledIn, isOpen, nameOf } = await import('./examples.js');
  const answers = {};
  const headersFor = (subject) => headersOf(people.find((person) => person.subject === subject) ?? people[0]);
  const ask = (request, subject) => post(request, JSON.parse(headersFor(subject)));
  const fill = async (example) => JSON.stringify(await filledIn(example, ask, answers), null, 2);
  const tab = async (example) => ({ query: example.document, variables: await fill(example), headers: headersFor(example.as) });
  return {
    tabs: await Promise.all(examples.map(tab)),
    /** Sends a request, and keeps the answer for the examples that build on it. */
    async fetcher(request, options) {
      const answer = await fetcher(request, options);
      if (answer.data) answers[request.operationName] = answer.data;
      return answer;
    },
    /** Variables in which a path led nowhere, looked for once more: what the example builds on may have been done. */
    async again({ title, variables }) {
      const example = isOpen(variables ?? '') && examples.find((one) => nameOf(one) === title);
      return example ? fill(example) : variables;
    },
  };
}

/** What is done with a tab when it comes to the front. */
function onOpened(act) {
  let last;
  // GraphiQL calls this for every change within a tab, too.
  return ({ tabs, activeTabIndex }) => {
    const tab = tabs[activeTabIndex];
    if (tab.id !== last) act(tab);
    last = tab.id;
  };
}

async function fillAgain(tab, again) {
  const [variables] = await Promise.all([again(tab), new Promise((resolve) => setTimeout(resolve, EDITORS_FOLLOW_MS))]);
  if (variables !== tab.variables && editor('variables').getValue() === tab.variables) editor('variables').setValue(variables);
}

function Demo({ people, examples: { tabs, fetcher, again } }) {
  const [chosen, setChosen] = useState(personIn(tabs[0].headers, people));
  const [storage] = useState(forgetful);
  const [opened] = useState(() => onOpened((tab) => fillAgain(tab, again)));
  return createElement(
    React.Fragment,
    null,
    createElement(Chooser, { people, chosen, choose: (person) => editor('headers').setValue(person ? headersOf(person) : '{}') }),
    createElement(GraphiQL, {
      fetcher,
      defaultTabs: tabs,
      defaultEditorToolsVisibility: 'variables',
      defaultHeaders: tabs[0].headers,
      onEditHeaders: (headers) => setChosen(personIn(headers, people)),
      onTabChange: (state) => {
        setChosen(personIn(state.tabs[state.activeTabIndex].headers, people));
        opened(state);
      },
      storage,
    }),
  );
}

async function page() {
  const text = document.getElementById('demo-people').textContent.trim();
  const people = text ? JSON.parse(text) : [];
  return people.length > 0
    ? createElement(Demo, { people, examples: await examplesFor(people) })
    : createElement(GraphiQL, { fetcher, defaultQuery: WELCOME, defaultEditorToolsVisibility: 'headers' });
}

const root = ReactDOM.createRoot(document.getElementById('page'));
page().then(
  (element) => root.render(element),
  (error) => root.render(`The page could not be made: ${error.message}`),
);
