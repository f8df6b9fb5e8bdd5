// The room: messages that arrive and change in place, the state of the connection, and the message box.
(() => {
  const scroll = document.getElementById('scroll');
  const messages = document.getElementById('messages');
  const connection = document.getElementById('connection');
  const outcome = document.getElementById('outcome');

  /* Messages. A message that is there is changed in place, a new one finds its place by its number. */

  let api;
  const number = (element) => (/^m\d+$/.test(element.id) ? Number(element.id.slice(1)) : Infinity);

  function place(list, element) {
    const before = [...list.children].find((child) => number(child) > number(element));
    list.insertBefore(element, before ?? null);
  }

  function change(existing, element) {
    const hadEnded = existing.dataset.ended === 'true';
    const fragment = document.createDocumentFragment();
    fragment.append(element);
    api.morph(existing, fragment, false);
    const now = document.getElementById(existing.id);
    // Edits are not read out one by one, only how it ended.
    if (!hadEnded && now?.dataset.ended === 'true')
      outcome.textContent = now.querySelector('.text').textContent;
  }

  htmx.registerExtension('message', {
    init: (internal) => {
      api = internal;
    },
    handle_swap: (style, list, fragment) => {
      if (style !== 'message') return false;
      const wasAtEnd = isAtEnd();
      document.querySelector('.welcome')?.remove();
      const arrived = [...fragment.children].map((element) => {
        const existing = document.getElementById(element.id);
        if (existing === null) place(list, element);
        else change(existing, element);
        return document.getElementById(element.id);
      });
      if (wasAtEnd) toEnd();
      return arrived;
    },
  });

  const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
  };
  const target = location.hash === '' ? null : document.getElementById(location.hash.slice(1));
  if (target === null) toEnd();
  new ResizeObserver(() => {
    if (isAtEnd()) toEnd();
  }).observe(messages);

  /* The connection. */

  function showConnection(state, text) {
    connection.dataset.state = state;
    if (connection.textContent !== text) connection.textContent = text;
  }

  scroll.addEventListener('htmx:sse:after:connection', ({ detail }) => {
    if (detail.connection.status === 200) showConnection('live', 'live');
  });
  scroll.addEventListener('htmx:sse:error', ({ detail }) => {
    // The session is over, or the room is gone: the page itself says what to do.
    if (detail.status >= 400 && detail.status < 500) location.reload();
    else showConnection('reconnecting', 'reconnecting…');
  });
  scroll.addEventListener('htmx:sse:before:connection', ({ detail }) => {
    if (detail.connection.attempt > 0) showConnection('reconnecting', 'reconnecting…');
  });
  // The first connection is htmx's own request, which is not tried again by itself.
  for (const name of ['htmx:error', 'htmx:response:error']) {
    scroll.addEventListener(name, ({ target: source }) => {
      if (source !== scroll) return;
      showConnection('reconnecting', 'reconnecting…');
      setTimeout(() => location.reload(), 2000);
    });
  }

  /* The message box. */

  const form = document.getElementById('say');
  const line = document.getElementById('line');
  const problem = document.getElementById('send-problem');
  const historyKey = `said ${location.pathname}`;
  const said = JSON.parse(sessionStorage.getItem(historyKey) ?? '[]');
  let at = said.length;
  let draft = '';

  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  function setLine(text) {
    line.value = text;
    line.setSelectionRange(text.length, text.length);
  }

  function showProblem(text) {
    problem.textContent = text;
    problem.hidden = text === '';
  }

  form.addEventListener('htmx:config:request', ({ detail }) => {
    // The key lets the server tell a line that is sent again from a new one.
    detail.ctx.request.body.set('key', newKey());
    const text = line.value.trim();
    if (said.at(-1) !== text) said.push(text);
    sessionStorage.setItem(historyKey, JSON.stringify(said.slice(-100)));
    at = said.length;
    setLine('');
    close();
    showProblem('');
    toEnd();
  });

  function giveBack(text, why) {
    if (line.value === '') setLine(text);
    showProblem(why);
  }

  const sentText = (detail) => detail.ctx.request.body?.get?.('text') ?? '';
  form.addEventListener('htmx:error', ({ detail }) => {
    giveBack(sentText(detail), 'That line could not be sent. Send it again once the connection is back.');
  });
  form.addEventListener('htmx:response:error', ({ detail }) => {
    if (detail.ctx.response.status === 401) location.reload();
    else giveBack(sentText(detail), `That line was refused (${detail.ctx.response.status}).`);
  });

  function recall(step) {
    if (at === said.length) draft = line.value;
    at = Math.min(said.length, Math.max(0, at + step));
    setLine(at === said.length ? draft : said[at]);
    close();
  }

  /* Completion: a list that opens while a command is typed. */

  const list = document.getElementById('completions');
  const options = [...list.querySelectorAll('[role="option"]')];
  const prefix = options[0]?.dataset.insert.split(/\s/)[0] ?? '!';
  let chosen = -1;

  const shown = () => options.filter((option) => !option.hidden);

  function fits(option, typed) {
    const words = option.dataset.insert.split(/\s+/);
    const said = typed.split(/\s+/);
    return said.every((word, index) => {
      const wanted = words[index];
      if (wanted === undefined || wanted.startsWith('{{')) return true;
      return index === said.length - 1 ? wanted.startsWith(word) : wanted === word;
    });
  }

  function open() {
    const typed = line.value.toLowerCase();
    const isCommand = typed !== '' && (typed.startsWith(prefix) || prefix.startsWith(typed));
    for (const option of options) option.hidden = !isCommand || !fits(option, typed);
    list.hidden = shown().length === 0;
    line.setAttribute('aria-expanded', String(!list.hidden));
    choose(-1);
  }

  function close() {
    list.hidden = true;
    line.setAttribute('aria-expanded', 'false');
    choose(-1);
  }

  function choose(index) {
    chosen = index;
    const option = shown()[index];
    for (const one of options) one.setAttribute('aria-selected', String(one === option));
    if (option === undefined) line.removeAttribute('aria-activedescendant');
    else {
      line.setAttribute('aria-activedescendant', option.id);
      option.scrollIntoView({ block: 'nearest' });
    }
  }

  /** Puts the command's fixed words into the line; what stands in braces is left to the person. */
  function accept(option) {
    const fixed = option.dataset.insert.split(/\s*\{\{/)[0];
    setLine(option.dataset.insert.includes('{{') ? `${fixed} ` : fixed);
    line.focus();
    open();
    if (shown().length === 1 && shown()[0].dataset.insert === line.value.trim()) close();
  }

  list.addEventListener('mousedown', (event) => {
    event.preventDefault();
    const option = event.target.closest('[role="option"]');
    if (option !== null) accept(option);
  });
  line.addEventListener('input', open);
  line.addEventListener('blur', close);

  const keys = {
    ArrowUp: () => (chosen >= 0 ? choose(chosen - 1) : recall(-1)),
    ArrowDown: () => {
      if (list.hidden || at < said.length) recall(1);
      else choose(Math.min(chosen + 1, shown().length - 1));
    },
    Tab: () => accept(shown()[Math.max(chosen, 0)]),
    Enter: () => accept(shown()[chosen]),
    Escape: close,
  };

  line.addEventListener('keydown', (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (['Tab', 'Escape'].includes(event.key) && list.hidden) return;
    if (event.key === 'Enter' && chosen < 0) return;
    const action = keys[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
})();
