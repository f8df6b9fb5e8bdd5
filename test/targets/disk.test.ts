import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isLocalDisk } from '../../src/core/local-disk.js';
import { type Disk, direct, diskAt, threads } from '../../src/drivers/targets/directory/disk.js';
import { filesOn } from '../../src/drivers/targets/directory/files.js';
import { type TemporaryFolder, temporaryFolder } from './fixture.js';

let folder: TemporaryFolder;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

describe.each<[string, Disk]>([
  ['at once', direct],
  ['on threads', threads],
])('calls made %s', (how, disk) => {
  it('do what they say, and say what the system said', async () => {
    const files = filesOn(disk);
    const root = join(folder.path, how.replace(' ', '-'));
    await files.makeFolder(root);
    await files.makeFolder(root);
    const [text, link, moved] = ['text', 'link', 'moved'].map((name) => join(root, name));
    if (text === undefined || link === undefined || moved === undefined) throw new Error('no names');
    expect(await files.lstat(text)).toBeUndefined();
    expect(await files.readlink(text)).toBeUndefined();
    expect(await files.readText(join(text, 'below'))).toBeUndefined();
    await files.writeText(text, 'beans\n');
    await files.writeDurably(text, 'beans and ears\n');
    await files.syncFile(text);
    await files.syncFolder(root);
    await files.symlink('text', link);
    await expect(files.symlink('text', link)).rejects.toMatchObject({ code: 'EEXIST' });
    expect([await files.readlink(link), await files.readlink(text)]).toEqual(['text', undefined]);
    await files.rename(link, moved);
    expect((await files.list(root)).sort()).toEqual(['moved', 'text']);
    expect(await files.readText(moved)).toBe('beans and ears\n');
    expect(await files.measure(root)).toEqual({ files: 2, bytes: 15 + 4, manifest: false });
    await files.unlink(moved);
    await files.unlink(moved);
    expect(await files.list(root)).toEqual(['text']);
    expect(await files.freeBytes(root)).toBeGreaterThan(0);
    await files.removeTree(root);
    await files.removeTree(root);
    expect(await files.list(root)).toEqual([]);
  });
});

it('is near where the system says so, and is taken for far until then', async () => {
  const { type } = await statfs(folder.path);
  const disk = diskAt(folder.path);
  // Made at once, it is over before anybody else has had a turn.
  const isAtOnce = async () => {
    let isOver = false;
    const looking = disk.lstat(folder.path).then(() => {
      isOver = true;
    });
    for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    const was = isOver;
    await looking;
    return was;
  };
  expect(await isAtOnce()).toBe(false);
  if (isLocalDisk(type)) await vi.waitFor(async () => expect(await isAtOnce()).toBe(true), 30_000);
});

it('knows the disks of this machine from those far away', async () => {
  const [ext4, nfs, cifs, fuse] = [0xef53, 0x6969, 0xff534d42, 0x65735546];
  expect([ext4, nfs, cifs, fuse].map(isLocalDisk)).toEqual([true, false, false, false]);
});
