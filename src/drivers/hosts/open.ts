import type { Host } from '../../core/host.js';
import { createBitbucketCloud } from './bitbucket-cloud/host.js';
import { createBitbucketServer } from './bitbucket-server/host.js';
import { createGenericHost } from './generic/host.js';
import { createGitea } from './gitea/host.js';
import { createGithub } from './github/host.js';
import { createGitlab } from './gitlab/host.js';
import type { HostParts } from './parts.js';

const drivers = {
  github: createGithub,
  gitlab: createGitlab,
  'bitbucket-cloud': createBitbucketCloud,
  'bitbucket-server': createBitbucketServer,
  gitea: createGitea,
  generic: createGenericHost,
};

/** The kinds of Git hosts that there are drivers for. */
export type DrivenHost = keyof typeof drivers;

/** Makes the driver of a Git host. */
export function openHost(kind: DrivenHost, parts: HostParts): Host {
  return drivers[kind](parts);
}
