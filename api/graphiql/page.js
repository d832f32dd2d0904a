/** The page: GraphiQL over this gateway; in the demo with its people and its examples. */
const { React, ReactDOM, GraphiQL, graphqlWs } = window;
const { createElement, useState } = React;

const ENDPOINT = '/graphql';
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

function Chooser({ people, headers, choose }) {
  const option = ({ subject, name, part }) => createElement('option', { key: subject, value: subject }, `${name}: ${part}`);
  return createElement(
    'header',
    { className: 'people' },
    createElement('label', { htmlFor: 'person' }, 'This tab is sent by'),
    createElement(
      'select',
      {
        id: 'person',
        value: personIn(headers, people),
        onChange: ({ target }) => choose(people.find(({ subject }) => subject === target.value)),
      },
      createElement('option', { value: '' }, 'nobody in particular'),
      people.map(option),
    ),
    createElement('p', null, 'The token is under Headers. Each tab is an example; load the page anew to have them fresh.'),
  );
}

function Demo({ people, tabs }) {
  const [headers, setHeaders] = useState(tabs[0].headers);
  return createElement(
    React.Fragment,
    null,
    createElement(Chooser, { people, headers, choose: (person) => setHeaders(person ? headersOf(person) : '{}') }),
    createElement(GraphiQL, {
      fetcher,
      defaultTabs: tabs,
      defaultEditorToolsVisibility: 'variables',
      defaultHeaders: headers,
      headers,
      onEditHeaders: setHeaders,
      onTabChange: ({ tabs, activeTabIndex }) => setHeaders(tabs[activeTabIndex].headers ?? ''),
      storage: forgetful(),
    }),
  );
}

async function page() {
  const text = document.getElementById('demo-people').textContent.trim();
  const people = text ? JSON.parse(text) : [];
  if (people.length === 0) {
    return createElement(GraphiQL, { fetcher, defaultQuery: WELCOME, defaultEditorToolsVisibility: 'headers' });
  }
  const { examples, filledIn } = await import('./examples.js');
  const tabs = examples.map(async (example) => {
    const person = people.find(({ subject }) => subject === example.as) ?? people[0];
    const headers = headersOf(person);
    const variables = await filledIn(example, (request) => post(request, JSON.parse(headers)));
    return { query: example.document, variables: JSON.stringify(variables, null, 2), headers };
  });
  return createElement(Demo, { people, tabs: await Promise.all(tabs) });
}

const root = ReactDOM.createRoot(document.getElementById('page'));
page().then(
  (element) => root.render(element),
  (error) => root.render(`The page could not be made: ${error.message}`),
);
