import type { ConfigCheck } from '../config/source.js';
import { keyProblems } from '../secrets/key-values.js';
import type { LookUp } from '../secrets/read.js';

/**
 * What only others can judge of a config: the formats of commands, the templates of announcements, and whether the keys
 * of the API are any good.
 */
export async function configChecks(lookUp: LookUp): Promise<ConfigCheck> {
  // Loaded here, for every other command would wait for it.
  const [{ checkFormats }, { checkTemplates }] = await Promise.all([
    import('../chat/parse/vocabulary.js'),
    import('../announcements/templates.js'),
  ]);
  return (config) => {
    const sources = new Map([...config.api.keys.values()].map(({ name, key }) => [name, key]));
    const keys = keyProblems(sources, lookUp).map(({ name, text }) => ({
      path: ['api', 'keys', name, 'key'],
      text,
    }));
    return [...checkFormats(config), ...checkTemplates(config), ...keys];
  };
}
