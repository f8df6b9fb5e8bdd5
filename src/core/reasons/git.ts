import { reason } from './define.js';

interface Named {
  readonly repository: string;
}

interface WithDetail extends Named {
  /** What git said, redacted, on one line. */
  readonly detail: string;
}

const list = (items: readonly string[]): string => {
  const shown = items.slice(0, 5).join(', ');
  return items.length > 5 ? `${shown} and ${items.length - 5} more` : shown;
};

const hadCredentials = {
  token: 'the token that it was given',
  ssh: 'the SSH key that it was given',
  none: 'a caller without credentials',
} as const;

const howToProve = {
  token:
    'Check that the token is still valid, may read this repository, and belongs to the configured username.',
  ssh: "Add the key's public half to the Git host as a deploy key that may read this repository.",
  none: 'Set credentials for it in packtrain.yaml: `token` for https, `ssh_key_file` for ssh.',
} as const;

/** Reasons that have to do with revisions: branches, tags and commits. */
const revisionReasons = {
  'unknown-ref': reason<Named & { ref: string; near: string[] }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no branch, tag or commit ${p.ref}.`,
    next: (p) =>
      p.near.length > 0 ? `Did you mean ${p.near.join(' or ')}?` : 'Push it, or name another branch.',
  }),
  'invalid-ref': reason<{ ref: string }>({
    kind: 'usage',
    what: (p) => `${JSON.stringify(p.ref)} cannot be the name of a branch, a tag or a commit.`,
    next: () => 'Name a branch or a tag as `git branch` prints it, or a commit by at least 7 hex digits.',
  }),
  'ambiguous-commit': reason<Named & { ref: string }>({
    kind: 'usage',
    what: (p) => `More than one commit of ${p.repository} begins with ${p.ref}.`,
    next: () => 'Give more digits of it.',
  }),
  'commit-absent': reason<Named & { sha: string }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no commit ${p.sha.slice(0, 12)} any more.`,
    next: () => 'It was probably rewritten by a force-push: ask again, naming the branch.',
  }),
  'no-default-branch': reason<Named>({
    kind: 'missing',
    what: (p) => `The default branch of ${p.repository} is not known: its HEAD names no branch that exists.`,
    next: () => 'Name a branch, or set `auto_deployment.branch`, or set the default branch at the Git host.',
  }),
  'empty-repository': reason<Named>({
    kind: 'missing',
    what: (p) => `${p.repository} is empty: its remote has no branch yet.`,
    next: () => 'Push a first commit to it.',
  }),
  'subtree-absent': reason<Named & { folder: string; sha: string }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no folder ${p.folder}/ at ${p.sha.slice(0, 7)}.`,
    next: () =>
      'Set `subtree` in packtrain.yaml to the folder that holds the packs, or to false if the repository is one pack.',
  }),
  'path-absent': reason<Named & { path: string; sha: string }>({
    kind: 'missing',
    what: (p) => `${p.repository} has no folder ${p.path} at ${p.sha.slice(0, 7)}.`,
    next: () => 'Check the name of the pack, and the branch.',
  }),
};

/** Reasons that have to do with reaching a remote. */
const remoteReasons = {
  'remote-unknown-host': reason<Named & { host: string }>({
    kind: 'outage',
    what: (p) => `The host ${p.host} of ${p.repository} cannot be found.`,
    next: () => 'Check the spelling in packtrain.yaml, and the DNS of this server.',
  }),
  'remote-unreachable': reason<WithDetail & { host: string }>({
    kind: 'outage',
    what: (p) => `The host ${p.host} of ${p.repository} does not take the connection (${p.detail}).`,
    next: () => 'Check that the Git host is up, and that no firewall or proxy stands between.',
  }),
  'remote-timeout': reason<Named & { host: string; seconds: number }>({
    kind: 'outage',
    what: (p) => `Fetching ${p.repository} from ${p.host} was given up after ${p.seconds} s.`,
    next: () => 'Try again; if it goes on, check the Git host and the network.',
  }),
  'remote-auth': reason<Named & { host: string; had: keyof typeof hadCredentials }>({
    kind: 'denied',
    what: (p) => `${p.host} does not let ${hadCredentials[p.had]} read ${p.repository}.`,
    next: (p) => howToProve[p.had],
  }),
  'remote-not-found': reason<Named & { host: string; had: keyof typeof hadCredentials }>({
    kind: 'missing',
    what: (p) => `${p.host} has no repository for ${p.repository} at the configured address.`,
    next: (p) =>
      `Check \`repo\` in packtrain.yaml. A Git host also says so when it hides the repository: ${howToProve[p.had]}`,
  }),
  'remote-host-key-unknown': reason<Named & { host: string }>({
    kind: 'denied',
    what: (p) => `The SSH host key of ${p.host} (${p.repository}) is not known, so the host is not trusted.`,
    next: (p) =>
      `Run \`ssh-keyscan ${p.host}\`, compare it with what the host publishes, and add it to the known_hosts file.`,
  }),
  'remote-host-key-changed': reason<Named & { host: string }>({
    kind: 'denied',
    what: (p) =>
      `The SSH host key of ${p.host} (${p.repository}) is not the one that is known: the host changed, or somebody is in between.`,
    next: (p) =>
      `Ask whoever runs ${p.host}. If the change is real: \`ssh-keygen -R ${p.host}\`, then add the new key.`,
  }),
  'remote-certificate': reason<WithDetail & { host: string }>({
    kind: 'denied',
    what: (p) => `The TLS certificate of ${p.host} (${p.repository}) is not trusted (${p.detail}).`,
    next: () => 'Install the right CA on this server, or set GIT_SSL_CAINFO to its file.',
  }),
  'remote-redirects': reason<Named & { host: string }>({
    kind: 'denied',
    what: (p) => `${p.host} sends ${p.repository} on to another address; the token is not sent there.`,
    next: () => 'Put the new address into `repo` in packtrain.yaml.',
  }),
  'remote-protocol': reason<Named>({
    kind: 'usage',
    what: (p) => `The address of ${p.repository} is of a kind that is not allowed.`,
    next: () => 'Use https, http, ssh, git, file, or a path.',
  }),
  'remote-ownership': reason<Named>({
    kind: 'denied',
    what: (p) => `The remote of ${p.repository} lies on this machine and belongs to another user.`,
    next: () =>
      'As the user that runs Packtrain: `git config --global --add safe.directory <path of the remote>`.',
  }),
  'url-has-password': reason<Named>({
    kind: 'usage',
    what: (p) => `The address of ${p.repository} has a password in it.`,
    next: () =>
      'Take it out, and give the secret by `credentials.token` (an environment variable or a file).',
  }),
  'secret-missing': reason<Named & { source: string }>({
    kind: 'denied',
    what: (p) => `The token for ${p.repository} is not there: ${p.source} is missing or empty.`,
    next: () => 'Set it for the user that runs Packtrain.',
  }),
  'ssh-key-unusable': reason<Named & { file: string; detail: string }>({
    kind: 'denied',
    what: (p) => `The SSH key ${p.file} for ${p.repository} cannot be used (${p.detail}).`,
    next: () =>
      'It must be readable by the user that runs Packtrain and by nobody else (chmod 600), and have no passphrase.',
  }),
};

/** Reasons that have to do with Git and the mirrors on this machine. */
const machineReasons = {
  'git-missing': reason<Record<string, never>>({
    kind: 'outage',
    what: () => 'The program git is not installed, or not on the PATH.',
    next: () => 'Install git (Debian: apt-get install git).',
  }),
  'ssh-missing': reason<Named>({
    kind: 'outage',
    what: (p) => `The program ssh, which ${p.repository} needs, is not installed, or not on the PATH.`,
    next: () => 'Install it (Debian: apt-get install openssh-client), or use an https address.',
  }),
  'git-too-old': reason<{ found: string; needed: string }>({
    kind: 'outage',
    what: (p) => `git is ${p.found}; ${p.needed} or newer is needed.`,
    next: () => 'Install a newer git.',
  }),
  'git-failed': reason<WithDetail & { command: string }>({
    kind: 'outage',
    what: (p) => `git ${p.command} failed for ${p.repository} (${p.detail}).`,
    next: () => 'Try again; `packtrain doctor` looks closer.',
  }),
  'mirror-broken': reason<WithDetail>({
    kind: 'outage',
    what: (p) => `The mirror of ${p.repository} is damaged, and could not be made anew (${p.detail}).`,
    next: () => 'Check the disk that holds the data directory.',
  }),
  'mirror-busy': reason<Named & { pid: number }>({
    kind: 'busy',
    what: (p) =>
      `Another Packtrain (process ${p.pid}) is fetching ${p.repository} into the same data directory.`,
    next: () => 'Wait for it, or give each server a data directory of its own.',
  }),
  'disk-full': reason<Named>({
    kind: 'outage',
    what: (p) => `There is no space left on the disk for ${p.repository}.`,
    next: () => 'Free some space, then try again; nothing that is live was touched.',
  }),
  'data-not-writable': reason<WithDetail>({
    kind: 'outage',
    what: (p) => `Files of ${p.repository} cannot be written (${p.detail}).`,
    next: () => 'Give the folder to the user that runs Packtrain.',
  }),
};

/** Reasons for which a pack's files are not taken out of Git. */
const exportReasons = {
  'pack-has-submodules': reason<Named & { path: string; submodules: string[] }>({
    kind: 'invalid',
    what: (p) => `${p.path} has Git submodules, whose files are not in the commit: ${list(p.submodules)}.`,
    next: () => 'Copy their files into the pack, or publish them as a Python package in requirements.txt.',
  }),
  'pack-links-escape': reason<Named & { path: string; links: string[] }>({
    kind: 'invalid',
    what: (p) => `${p.path} has symbolic links that lead out of the pack: ${list(p.links)}.`,
    next: () => 'Copy what they point to into the pack, or make them relative links inside it.',
  }),
  'pack-has-lfs-pointers': reason<Named & { path: string; files: string[] }>({
    kind: 'invalid',
    what: (p) => `${p.path} has files whose content is kept in Git LFS, not in the commit: ${list(p.files)}.`,
    next: () => 'Take them out of LFS with `git lfs migrate export`, or leave them out of the pack.',
  }),
  'pack-too-large': reason<
    Named & { path: string; bytes: number; maxBytes: number; files: number; maxFiles: number }
  >({
    kind: 'invalid',
    what: (p) =>
      `${p.path} has ${p.files} files of ${p.bytes} bytes; ${p.maxFiles} files and ${p.maxBytes} bytes are allowed.`,
    next: () => 'Make the pack smaller, or raise the limit in packtrain.yaml.',
  }),
  'destination-not-empty': reason<{ path: string }>({
    kind: 'busy',
    what: (p) => `${p.path} is not empty, so no pack is written there.`,
    next: () => 'Remove what is in it.',
  }),
};

/** Reasons that have to do with repositories: their revisions, their remotes, and their mirrors here. */
export const gitReasons = {
  ...revisionReasons,
  ...remoteReasons,
  ...machineReasons,
  ...exportReasons,
};
