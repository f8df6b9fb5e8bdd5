import { repositoryNamed } from '../../deployments/lookup.js';
import { renderClone } from '../render/small.js';
import { refusal } from './about.js';
import type { QueryCommand } from './command.js';

/** `show git clone`: the line that clones a repository, without anything secret. */
export const cloneCommand: QueryCommand = {
  kind: 'query',
  name: 'clone',
  words: 'show git clone',
  formats: [{ display: 'show git clone {{repo_name}}', representation: ['show git clone {{repo_name}}'] }],
  params: [{ name: 'repo_name', label: 'the repository', isRequired: true }],
  help: 'shows the line that clones a repository',
  example: 'show git clone house-packs',
  async answer({ repo_name: name = '' }, asking) {
    const repository = repositoryNamed(asking.config, name);
    if (!repository.ok) return refusal(repository.refusal);
    const permitted = asking.permit({ repository: repository.value.name });
    if (!permitted.ok) return refusal(permitted.refusal);
    const url = asking.shownUrl(repository.value.url);
    return { text: renderClone(url), data: { repository: repository.value.name, url } };
  },
};
