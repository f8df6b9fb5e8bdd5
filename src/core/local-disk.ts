// The kernel's numbers of file systems that have their disk in the machine: ext, xfs, btrfs, f2fs, zfs, tmpfs, overlay.
const local = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630]);

/**
 * Whether a file system has its disk in this machine, by its type as `statfs` gives it. There a call that touches no
 * contents is over sooner than a thread is found for it; over a network it may take for ever.
 */
export function isLocalDisk(type: number): boolean {
  return local.has(type);
}
