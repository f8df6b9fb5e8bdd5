import { z } from 'zod';
import { type CommitStatus, type HostPath, ownStatusName } from '../../core/host.js';
import { ok, type Result } from '../../core/result.js';
import { encodedPath } from './client.js';
import type { HostHttp } from './http.js';

const seen = z.object({ permissions: z.object({ push: z.boolean().optional() }).nullish() });

/** What the token may do, where the host tells it with the repository at `/repos/…`. */
export async function rights(http: HostHttp, path: HostPath) {
  const got = await http.get(`/repos/${encodedPath(path)}`, seen);
  if (!got.ok) return got;
  const push = got.value.value.permissions?.push;
  return ok(push === undefined ? {} : { maySetStatus: push });
}

/** Shows a deployment on its commit, where the host takes it at `/repos/…/statuses/…`. */
export async function setStatus(http: HostHttp, path: HostPath, status: CommitStatus): Promise<Result<void>> {
  const { sha, state, description, url } = status;
  const body = { state, description, target_url: url, context: ownStatusName };
  const set = await http.post(`/repos/${encodedPath(path)}/statuses/${sha}`, body, z.unknown());
  return set.ok ? ok(undefined) : set;
}
