import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Hono } from 'hono';
import type { WebEnv } from './env.js';

/** Both src/web and dist/web are two levels below the folder that holds assets/. */
const ownFolder = fileURLToPath(new URL('../../assets/', import.meta.url));

const types = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

/** Every file that is served as it is, by its name in the URL. */
const files: Readonly<Record<string, string>> = {
  'packtrain.css': join(ownFolder, 'packtrain.css'),
  'packtrain.js': join(ownFolder, 'packtrain.js'),
  'chat.js': join(ownFolder, 'chat.js'),
  'live.js': join(ownFolder, 'live.js'),
  'icon.svg': join(ownFolder, 'icon.svg'),
  'htmx.js': ofHtmx('htmx.min.js'),
  'hx-sse.js': ofHtmx('ext/hx-sse.min.js'),
};

function ofHtmx(name: string): string {
  const entry = createRequire(import.meta.url).resolve('htmx.org');
  return join(dirname(entry), name);
}

interface Asset {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly etag: string;
}

const loaded = new Map<string, Promise<Asset>>();

function load(name: string, path: string): Promise<Asset> {
  const asset = loaded.get(name) ?? read(name, path);
  loaded.set(name, asset);
  return asset;
}

async function read(name: string, path: string): Promise<Asset> {
  const body = new Uint8Array(await readFile(path));
  const extension = name.split('.').at(-1);
  const type =
    extension === 'css' || extension === 'js' || extension === 'svg' ? types[extension] : 'text/plain';
  return { body, type, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}

/** Serves the style sheet, the scripts and the icon; browsers ask each time whether theirs is still good. */
export function addAssets(app: Hono<WebEnv>): void {
  for (const [name, path] of Object.entries(files)) {
    app.get(`/assets/${name}`, async (c) => {
      const { body, type, etag } = await load(name, path);
      const headers = { ETag: etag, 'Cache-Control': 'no-cache' };
      if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers);
      return c.body(body, 200, { ...headers, 'Content-Type': type });
    });
  }
}
