// What every page does: times in the reader's zone, durations that tick, light and dark.
(() => {
  const themes = ['auto', 'light', 'dark'];
  const root = document.documentElement;
  const button = document.querySelector('[data-theme-button]');

  function showTheme() {
    const theme = root.dataset.theme ?? 'auto';
    button.textContent = { auto: 'Auto', light: 'Light', dark: 'Dark' }[theme];
    button.setAttribute('aria-label', `Colours: ${theme}. Change`);
  }

  button?.addEventListener('click', () => {
    const next = themes[(themes.indexOf(root.dataset.theme) + 1) % themes.length];
    root.dataset.theme = next;
    // A cookie, so that the next page comes in the right colours from the start.
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
    document.cookie = `theme=${next}; Path=/; Max-Age=31536000; SameSite=Lax`;
    showTheme();
  });
  if (button !== null) showTheme();

  // The server's clock counts: what it says now, against what this browser says.
  const served = Date.parse(document.querySelector('meta[name="now"]')?.content ?? '');
  const offset = Number.isNaN(served) ? 0 : served - Date.now();

  function duration(milliseconds) {
    const seconds = Math.max(0, Math.floor(milliseconds / 1000));
    if (seconds < 60) return `${seconds}s`;
    const two = (number) => String(number).padStart(2, '0');
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
    return `${Math.floor(minutes / 60)}h ${two(minutes % 60)}m`;
  }

  function tick() {
    for (const elapsed of document.querySelectorAll('.elapsed[data-since]')) {
      elapsed.textContent = duration(Date.now() + offset - Date.parse(elapsed.dataset.since));
    }
    for (const countdown of document.querySelectorAll('.countdown[data-until]')) {
      const left = Date.parse(countdown.dataset.until) - Date.now() - offset;
      countdown.textContent = left <= 0 ? 'due' : duration(left + 999);
    }
  }

  const formats = {
    clock: new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    day: new Intl.DateTimeFormat([], {
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }),
    exact: new Intl.DateTimeFormat([], { timeStyle: 'medium', hourCycle: 'h23' }),
    full: new Intl.DateTimeFormat([], { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }),
  };

  function localise() {
    for (const time of document.querySelectorAll('time.clock, time.day, time.exact, time.full')) {
      const at = new Date(time.dateTime);
      const text = formats[time.className].format(at);
      if (time.textContent !== text) time.textContent = text;
      if (time.title !== '') time.title = formats.full.format(at);
    }
  }

  localise();
  tick();
  setInterval(tick, 1000);
  document.addEventListener('htmx:after:swap', () => {
    localise();
    tick();
  });
})();
