/** Settings for one git process, as `section.key` and value; a key may come more than once. */
export type Settings = readonly (readonly [key: string, value: string])[];

/** Where the variables of a process come from. */
export type LookUp = (name: string) => string | undefined;

// Everything else stays behind: other repositories' tokens, and GIT_DIR, GIT_TRACE and their like, which change what
// git does or writes down.
const passedOn = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'XDG_CONFIG_HOME',
  'LD_LIBRARY_PATH',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_EXEC_PATH',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'http_proxy',
  'https_proxy',
  'HTTPS_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'no_proxy',
  'NO_PROXY',
];

// The machine's own git config stays in force (proxies and CAs are set there); what could change a result is set here.
const always: Settings = [
  ['core.hooksPath', '/dev/null'],
  ['core.attributesFile', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.abbrev', '40'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['fetch.showForcedUpdates', 'true'],
  ['fetch.output', 'full'],
  ['fetch.writeCommitGraph', 'false'],
  ['fetch.recurseSubmodules', 'false'],
  ['log.showSignature', 'false'],
  ['tar.umask', '0022'],
];

/** The whole environment of a git process: nothing of ours is inherited beyond a short list. */
export function gitEnvironment(
  lookUp: LookUp,
  folder: string,
  settings: Settings = [],
): Record<string, string> {
  const environment: Record<string, string> = {
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    GCM_INTERACTIVE: 'never',
    GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
    GIT_OPTIONAL_LOCKS: '0',
    // A newer git may keep references in another format by default; we read them as files.
    GIT_DEFAULT_REF_FORMAT: 'files',
    GIT_DEFAULT_HASH: 'sha1',
  };
  for (const name of passedOn) {
    const value = lookUp(name);
    if (value !== undefined) environment[name] = value;
  }
  // A data directory restored from a backup may belong to another user; it is ours all the same.
  return { ...environment, ...asVariables([...always, ['safe.directory', folder], ...settings]) };
}

/** Settings by GIT_CONFIG_COUNT: neither in the arguments, where everybody can read them, nor in a file. */
function asVariables(settings: Settings): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  settings.forEach(([key, value], index) => {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  });
  return variables;
}
