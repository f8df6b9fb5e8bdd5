import type { IntentCommand } from './command.js';
import { borrowFormats, deployFormats, deployParams, ignoringFormats, readDeploy } from './deploy-words.js';

/** `pack deploy`: makes packs of a repository live. */
export const deployCommand: IntentCommand = {
  kind: 'intent',
  name: 'deploy',
  words: 'pack deploy',
  formats: [
    ...deployFormats('pack deploy'),
    ...borrowFormats('pack deploy'),
    ...ignoringFormats('pack deploy'),
  ],
  params: [
    ...deployParams,
    { name: 'for', label: 'how long', keyword: 'for' },
    { name: 'because', label: "why CI's checks don't matter", keyword: 'because', isText: true },
  ],
  options: ['adopt', 'overwrite'],
  help: 'makes packs of a repository live',
  example: 'pack deploy house-packs beans,ears feature/decaf',
  intent: readDeploy,
};
