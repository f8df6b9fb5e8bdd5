import { reason } from './define.js';

interface AtPath {
  readonly target: string;
  readonly path: string;
}

interface OfPack {
  readonly target: string;
  readonly pack: string;
}

interface OfRelease extends OfPack {
  readonly release: string;
}

/** Reasons that have to do with a target: its place, its room, and what is live there. */
export const targetReasons = {
  'target-missing': reason<AtPath>({
    kind: 'outage',
    what: (p) => `The target ${p.target} has no folder ${p.path}.`,
    next: () => 'Make the folder (or mount its disk), or correct the path in the config.',
  }),
  'target-not-folder': reason<AtPath>({
    kind: 'outage',
    what: (p) => `The target ${p.target} needs a folder at ${p.path}, but something else is there.`,
    next: () => 'Move it away, or correct the path in the config.',
  }),
  'target-read-only': reason<AtPath>({
    kind: 'outage',
    what: (p) => `The target ${p.target} is on a file system that is mounted read-only (${p.path}).`,
    next: () => 'Mount it writable, and see in the system log why it was not.',
  }),
  'target-no-permission': reason<AtPath & { user: string }>({
    kind: 'outage',
    what: (p) =>
      `Packtrain runs as ${p.user}, which may not read and write ${p.path} of the target ${p.target}.`,
    next: (p) => `Make ${p.user} the owner of the target's folder and of .packtrain in it.`,
  }),
  'target-full': reason<AtPath & { free: number | null; needed: number | null }>({
    kind: 'outage',
    what: (p) => `The target ${p.target} has too little room in ${p.path}${roomOf(p)}.`,
    next: () => 'Free some room, or give it a larger disk or quota. What is live is untouched.',
  }),
  'target-split': reason<AtPath>({
    kind: 'outage',
    what: (p) =>
      `The target ${p.target} lies on more than one file system: ${p.path} is not on that of its folder.`,
    next: () => 'Keep .packtrain and the packs on one file system; across two, nothing can go live at once.',
  }),
  'target-mounted': reason<AtPath>({
    kind: 'outage',
    what: (p) => `The target ${p.target} can't change ${p.path}: it is in use as a mount point.`,
    next: () => 'Unmount it; Packtrain puts a link in its place.',
  }),
  'target-busy': reason<OfPack & { holder: string }>({
    kind: 'busy',
    what: (p) => `${p.pack} on the target ${p.target} is being changed by another process (${p.holder}).`,
    next: () => 'Try again; if that process hangs, end it.',
  }),
  'target-pack-name': reason<OfPack>({
    kind: 'invalid',
    what: (p) => `${JSON.stringify(p.pack)} can't be the name of a pack on the target ${p.target}.`,
    next: () => 'A pack is named by lower-case letters, digits and underscores, at most 100 of them.',
  }),
  'live-not-ours': reason<OfPack & { path: string; found: string }>({
    kind: 'denied',
    what: (p) => `${p.path} is ${p.found} that Packtrain did not put there.`,
    next: (p) => `Deploy ${p.pack} with --adopt to take its place (it is kept), or move it away.`,
  }),
  'live-changed': reason<OfPack & { expected: string | null; found: string | null }>({
    kind: 'busy',
    what: (p) =>
      `What is live of ${p.pack} on ${p.target} has changed meanwhile: it was to be ${named(p.expected)} and is ${named(p.found)}.`,
    next: () => 'Ask again; the new plan starts from what is live now.',
  }),
  'release-gone': reason<OfRelease>({
    kind: 'missing',
    what: (p) => `The release ${p.release} of ${p.pack} is no longer on the target ${p.target}.`,
    next: (p) => `Deploy ${p.pack} again.`,
  }),
  'release-incomplete': reason<OfRelease & { problem: string }>({
    kind: 'outage',
    what: (p) =>
      `The release ${p.release} of ${p.pack} on the target ${p.target} is incomplete: ${p.problem}.`,
    next: (p) =>
      `Deploy another revision of ${p.pack} or redeploy this one, and see who changes files there.`,
  }),
  'kept-in-the-way': reason<OfPack & { kept: string }>({
    kind: 'denied',
    what: (p) => `What was at the place of ${p.pack} can't be kept: ${p.kept} is already there.`,
    next: (p) => `Move ${p.kept} away and try again.`,
  }),
};

function named(release: string | null): string {
  return release === null ? 'nothing of Packtrain' : `the release ${release}`;
}

function roomOf(p: { readonly free: number | null; readonly needed: number | null }): string {
  if (p.free === null || p.needed === null) return '';
  return `: ${mebibytes(p.free)} free, ${mebibytes(p.needed)} needed`;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
