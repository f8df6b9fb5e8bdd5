/** PostgreSQL's settings for one small server: durable, quiet, and light on memory. */
const always: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '50',
  shared_buffers: '32MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  huge_pages: 'off',
  jit: 'off',
  // I/O workers, parallel workers and the replication launcher are processes that a small database doesn't need.
  io_method: 'sync',
  max_worker_processes: '2',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '32MB',
  max_wal_size: '256MB',
  autovacuum: 'on',
  autovacuum_max_workers: '1',
  fsync: 'on',
  password_encryption: 'scram-sha-256',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  // Statements and their details hold row values, which don't belong in a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** The arguments that give PostgreSQL its settings; `extra` wins. */
export function settingArguments(extra: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...always, ...extra }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
