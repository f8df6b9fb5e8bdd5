import { Liquid, type Template } from 'liquidjs';
import type { Config } from '../config/config.js';
import type { ConfigFinding } from '../config/source.js';
import type { PackNews } from '../core/announcement.js';
import { errorMessage } from '../core/error-message.js';
import { cut } from '../packs/news/text.js';

/** The parts of an announcement that have a template: one pack, one message, several messages in one. */
export type TemplateName = 'pack' | 'message' | 'digest';

/** The templates of a config, in LiquidJS; the built-in one where there is none. */
export type Templates = Readonly<Partial<Record<TemplateName, string>>>;

/** The templates that are taken where the config has none. */
export const builtInTemplates: Readonly<Record<TemplateName, string>> = {
  pack: `{% if change == 'new' %}🎉 *{{ name }}* is new{% if description != '' %}: {{ description }}{% endif %}.
{%- elsif change == 'removed' %}👋 *{{ name }}* was taken away.
{%- else %}✨ What is new in *{{ name }}*{% if version != '' %} {{ version }}{% endif %}:
{%- endif %}
{%- for point in points %}
• {{ point }}
{%- endfor %}`,
  message: `{% if packs.size > 1 %}📣 There is news of {{ packs.size }} packs from *{{ repository }}*.

{% endif %}
{%- for pack in packs %}{{ pack.text }}{% unless forloop.last %}

{% endunless %}{% endfor %}`,
  digest: `📣 *{{ repository }}* has news of {{ messages.size }} changes.
{%- for message in messages %}

{{ message.text }}
{%- endfor %}`,
};

/** What is in one message of a digest. */
export interface ToldMessage {
  readonly text: string;
  readonly packs: readonly string[];
}

/** Puts announcements into words. */
export interface Wording {
  /** The news of the packs of one push. */
  message(repository: string, news: readonly PackNews[]): string;
  /** Several messages in one. */
  digest(repository: string, messages: readonly ToldMessage[]): string;
}

/** No chat takes more, and nobody reads it. */
const longest = 3_500;

/** Makes the wording of a config's templates. One that breaks when it is used gives way to the built-in one. */
export function wordingOf(templates: Templates): Wording {
  const tell = (name: TemplateName, values: object) => {
    const own = templates[name];
    const text = own === undefined ? undefined : attempt(() => render(own, values, limits));
    return text ?? render(builtInTemplates[name], values);
  };
  return {
    message(repository, news) {
      const packs = news.map((one) => ({ ...valuesOf(one), text: tell('pack', valuesOf(one)) }));
      return cut(tell('message', { repository, packs }), longest);
    },
    digest(repository, messages) {
      // Each gets its share, so that a long one does not take the place of the others.
      const share = Math.floor(longest / Math.max(1, messages.length));
      const shown = messages.map(({ text, packs }) => ({ text: cut(text, share), packs }));
      return cut(tell('digest', { repository, messages: shown }), longest);
    },
  };
}

function valuesOf({ pack, ...news }: PackNews) {
  return { name: pack, ...news };
}

function attempt(make: () => string): string | undefined {
  try {
    const text = make();
    return text === '' ? undefined : text;
  } catch {
    return undefined;
  }
}

// The time is the last of them: a machine that is busy needs longer for the same.
const limits = { templateLimit: 5_000, memoryLimit: 200_000, renderLimit: 2_000 };

// Templates come from the config, yet see nothing but what they are given: no files, no other templates, and not for long.
const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  templates: {},
  parseLimit: 20_000,
});
for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];

const parsed = new Map<string, Template[]>();

function parse(template: string): Template[] {
  const known = parsed.get(template) ?? engine.parse(template);
  if (parsed.size > 50) parsed.clear();
  parsed.set(template, known);
  return known;
}

function render(template: string, values: object, within = {}): string {
  return String(engine.renderSync(parse(template), values, within)).trim();
}

/** What is wrong with the templates of a config, for whoever reads configs: each is tried with every kind of news. */
export function checkTemplates({ announcements }: Pick<Config, 'announcements'>): readonly ConfigFinding[] {
  return Object.entries(announcements.templates).flatMap(([name, template]) => {
    const problem = problemOf(name as TemplateName, template);
    return problem === undefined ? [] : [{ path: ['announcements', 'templates', name], text: problem }];
  });
}

function problemOf(name: TemplateName, template: string): string | undefined {
  try {
    const known = Object.keys(samples[name][0] ?? {});
    const unknown = engine.globalVariablesSync(parse(template)).find((one) => !known.includes(one));
    if (unknown !== undefined)
      return `The template ${name} has the unknown variable "${unknown}". It knows ${known.join(', ')}.`;
    const texts = samples[name].map((values) => render(template, values, limits));
    return texts.every((text) => text === '') ? `The template ${name} says nothing.` : undefined;
  } catch (error) {
    const [said = ''] = errorMessage(error).split('\n');
    return `The template ${name} is not valid: ${said.replace(/, line:(\d+), col:(\d+)$/u, ' (its line $1, column $2)')}.`;
  }
}

const news: readonly PackNews[] = (['new', 'changed', 'removed'] as const).map((change) => ({
  pack: 'beans',
  change,
  version: '1.2.0',
  description: 'Coffee for all',
  source: 'content',
  points: ['You can now say `tea`.'],
}));
const message = { text: 'Tea!', packs: ['beans'] };
const samples: Readonly<Record<TemplateName, readonly object[]>> = {
  pack: news.map(valuesOf),
  message: [
    { repository: 'Kitchen', packs: news.map((one) => ({ ...valuesOf(one), text: 'Tea!' })) },
    { repository: 'Kitchen', packs: news.slice(0, 1).map((one) => ({ ...valuesOf(one), text: 'Tea!' })) },
  ],
  digest: [{ repository: 'Kitchen', messages: [message, message] }],
};
