import type { ConfigCheck } from '../config/source.js';

/** What only others can judge of a config: the formats of commands, and the templates of announcements. */
export async function configChecks(): Promise<ConfigCheck> {
  // Loaded here, for every other command would wait for it.
  const [{ checkFormats }, { checkTemplates }] = await Promise.all([
    import('../chat/parse/vocabulary.js'),
    import('../announcements/templates.js'),
  ]);
  return (config) => [...checkFormats(config), ...checkTemplates(config)];
}
