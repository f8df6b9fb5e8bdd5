import { readdir, readFile } from 'node:fs/promises';

/** Memory of a process and all that it started. */
export interface TreeMemory {
  readonly processes: number;
  /** Bytes in memory; what several of these processes share is counted once. */
  readonly bytes: number;
}

/** One stretch of a process's memory. */
interface Mapping {
  /** What it shows, the same in each process: a file and the place in it. Absent when it is nobody else's. */
  readonly file: string | undefined;
  /** Bytes that only this process has. */
  readonly own: number;
  /** Bytes that others map too. */
  readonly shared: number;
  /** Bytes, with what is shared divided among those who share it. */
  readonly share: number;
}

/**
 * Adds up the memory of a process tree. The kernel's own proportional figure will not do: it halves what the node
 * program takes as soon as some other node runs on the machine, such as the one that measures.
 */
export async function memoryOf(root: number): Promise<TreeMemory> {
  const pids = await treeOf(root);
  const mappings = (await Promise.all(pids.map(mappingsOf))).flat();
  const sharedFiles = new Map<string, number>();
  let bytes = 0;
  for (const { file, own, shared, share } of mappings) {
    bytes += file === undefined ? share : own;
    if (file !== undefined) sharedFiles.set(file, Math.max(sharedFiles.get(file) ?? 0, shared));
  }
  for (const shared of sharedFiles.values()) bytes += shared;
  return { processes: pids.length, bytes };
}

/** A process and all that descend from it. */
export async function treeOf(root: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map(async (pid) => ({ pid: Number(pid), parent: await parentOf(pid) })));
  const tree = [root];
  for (const member of tree) tree.push(...all.filter((one) => one.parent === member).map((one) => one.pid));
  return tree;
}

async function parentOf(pid: string): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name in parentheses may hold anything; the parent is the second field after it.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

const head = /^[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+) (\S+) (\d+)/;

async function mappingsOf(pid: number): Promise<Mapping[]> {
  const text = await readFile(`/proc/${pid}/smaps`, 'latin1').catch(() => '');
  return text.split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m).map(toMapping);
}

function toMapping(text: string): Mapping {
  const [, offset, device, inode] = head.exec(text) ?? [];
  const kilobytes = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return {
    file: inode === undefined || inode === '0' ? undefined : `${device} ${inode} ${offset}`,
    own: kilobytes('Private_Clean') + kilobytes('Private_Dirty'),
    shared: kilobytes('Shared_Clean') + kilobytes('Shared_Dirty'),
    share: kilobytes('Pss'),
  };
}
