// Pages that stay live: whether they still hear what is new, and rows that are filtered while one types.
(() => {
  const connection = document.getElementById('connection');

  function show(state, text) {
    connection.dataset.state = state;
    if (connection.textContent !== text) connection.textContent = text;
  }

  document.addEventListener('htmx:sse:after:connection', ({ detail }) => {
    if (detail.connection.status === 200) show('live', 'live');
  });
  document.addEventListener('htmx:sse:before:connection', ({ detail }) => {
    if (detail.connection.attempt > 0) show('reconnecting', 'reconnecting…');
  });
  document.addEventListener('htmx:sse:error', ({ detail }) => {
    // The session is over: the page itself says what to do.
    if (detail.status >= 400 && detail.status < 500) location.reload();
    else show('reconnecting', 'reconnecting…');
  });

  const isStream = (element) => element instanceof Element && element.hasAttribute('hx-sse:connect');
  for (const name of ['htmx:error', 'htmx:response:error']) {
    document.addEventListener(name, ({ target, detail }) => {
      if (isStream(target)) {
        // The first connection is htmx's own request, which is not tried again by itself.
        show('reconnecting', 'reconnecting…');
        setTimeout(() => location.reload(), 2000);
      } else if (detail.ctx?.response?.status === 401) location.reload();
      else if (name === 'htmx:error') showProblem();
    });
  }

  function showProblem() {
    const outcome = document.getElementById('outcome');
    if (outcome === null) return;
    const note = document.createElement('p');
    note.className = 'refusal';
    note.textContent = 'That could not be sent. Press again once the connection is back.';
    outcome.replaceChildren(note);
  }

  const field = document.querySelector('[data-filters]');
  if (field === null) return;

  function filter() {
    const words = field.value.toLowerCase().split(/\s+/);
    let shown = 0;
    for (const row of document.querySelectorAll(field.dataset.filters)) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    const nothing = document.getElementById('nothing-found');
    if (nothing !== null) nothing.hidden = shown > 0;
  }

  field.addEventListener('input', () => {
    filter();
    // So that the address can be passed on, and a reload shows the same.
    const url = new URL(location.href);
    if (field.value === '') url.searchParams.delete('find');
    else url.searchParams.set('find', field.value);
    history.replaceState(null, '', url);
  });
  field.form.addEventListener('submit', (event) => event.preventDefault());
  document.addEventListener('htmx:after:swap', filter);
  filter();
})();
