import { DBOS, Error as engineErrors } from '@dbos-inc/dbos-sdk';
import type { Log } from '../core/log.js';
import type { Redactor } from '../core/redact.js';
import { RefusalError } from '../core/result.js';
import { within } from '../core/within.js';
import { Gate } from './gate.js';
import { masked } from './masked.js';
import type { Engine } from './run.js';

/** What the durable engine needs to run. */
export interface EngineOptions {
  /** The database, also Packtrain's own: the engine keeps its tables in the schema `dbos`. */
  readonly databaseUrl: string;
  /** Unique per server and the same after a restart: by it a server finds the workflows that it had under way. */
  readonly serverId: string;
  readonly log: Log;
  /** Masks what the engine keeps of steps: results and errors. */
  readonly redactor: Redactor;
  /** Milliseconds before a step that broke is tried again, then three times as many; half a second unless given. */
  readonly retryMs?: number;
}

/** Starts and wakes the workflows of deployments. */
export interface DeploymentEngine {
  /** Starts a deployment's workflow; when it was started before, also before a crash: nothing. */
  start(deployment: number): Promise<void>;
  /** Wakes a deployment's workflow, if there is one, to look at the tables. */
  ring(deployment: number): Promise<void>;
  /** Whether a deployment's workflow was ever started. */
  isStarted(deployment: number): Promise<boolean>;
  /** Takes over the workflows of servers that are gone. */
  recover(serverIds: readonly string[]): Promise<void>;
  /** Forgets workflows that ended before a time. */
  forgetEnded(before: Date): Promise<void>;
  /** Stops once the steps that are under way are done, or were given a moment; the rest goes on after the next start. */
  stop(): Promise<void>;
}

// Constant: by default each release has its own, and a new one would strand the workflows of the one before.
const applicationVersion = 'packtrain-1';
const topic = 'doorbell';
const stepsEndWithinMs = 1_500;
const engineEndsWithinMs = 2_000;
const idOf = (deployment: number) => `deployment-${deployment}`;

/**
 * Starts the engine, which at once goes on with what this server had under way.
 * @param carryOut the workflow of a deployment, from its number and what the engine gives it
 */
export async function startEngine(
  options: EngineOptions,
  carryOut: (deployment: number, engine: Engine) => Promise<void>,
): Promise<DeploymentEngine> {
  const { redactor } = options;
  const gate = new Gate();
  const steps = stepEngine(options, gate);
  const work = (deployment: number) => masked(redactor, () => carryOut(deployment, steps));
  const workflow = DBOS.registerWorkflow(work, { name: 'deployment', maxRecoveryAttempts: 1_000_000 });
  DBOS.setConfig({
    name: 'packtrain',
    systemDatabaseUrl: withIdleTimeout(options.databaseUrl),
    systemDatabasePoolSize: 6,
    applicationVersion,
    enablePatching: true,
    executorID: options.serverId,
    logger: engineLog(options.log, () => gate.isStopping),
  });
  await DBOS.launch();

  return {
    async start(deployment) {
      await DBOS.startWorkflow(workflow, { workflowID: idOf(deployment) })(deployment);
    },
    async ring(deployment) {
      if (await isStarted(deployment)) await DBOS.send(idOf(deployment), 'look', topic);
    },
    isStarted,
    recover: async (serverIds) => {
      await recoverWorkflowsOf(serverIds);
    },
    forgetEnded,
    async stop() {
      await gate.stop(stepsEndWithinMs);
      // No longer than this, for a database that is gone is never done with.
      await within(engineEndsWithinMs, DBOS.shutdown({ deregister: true }));
    },
  };
}

const tries = {
  retriesAllowed: true,
  maxAttempts: 4,
  backoffRate: 3,
  shouldRetry: (error: unknown) => !(error instanceof RefusalError),
};

// The engine strings together what each try threw; the last is what people want to read.
function lastOf(error: unknown): unknown {
  return error instanceof engineErrors.DBOSMaxStepRetriesError ? (error.errors.at(-1) ?? error) : error;
}

function stepEngine({ redactor, retryMs = 500 }: EngineOptions, gate: Gate): Engine {
  const again = { ...tries, intervalSeconds: retryMs / 1000 };
  const run = async <T>(work: () => Promise<T>, how: Parameters<typeof DBOS.runStep>[1]): Promise<T> => {
    try {
      return await gate.pass((guard) => DBOS.runStep(() => guard(() => masked(redactor, work)), how));
    } catch (error) {
      throw lastOf(error);
    }
  };
  return {
    step: (name, work) => run(work, { name, ...again }),
    once: (name, work) => run(work, { name }),
    aside: (work) => gate.pass((guard) => guard(work)),
    async doorbell(milliseconds) {
      // Outside the gate's count, for nobody waits for who only waits.
      await gate.wait(() => DBOS.recv(topic, { timeoutSeconds: milliseconds / 1000 }));
    },
    ring: (deployment) => gate.pass(() => DBOS.send(idOf(deployment), 'look', topic)),
  };
}

// Given with the connection: the engine's own way is a query that overlaps the first one, which the driver warns of.
function withIdleTimeout(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.set('options', `${given} -c idle_in_transaction_session_timeout=60000`.trim());
  return url.href;
}

async function isStarted(deployment: number): Promise<boolean> {
  return (await DBOS.getWorkflowStatus(idOf(deployment))) !== null;
}

async function recoverWorkflowsOf(serverIds: readonly string[]): Promise<void> {
  // Not part of the public interface: the vendor's own recovery of other servers is a paid service.
  const { DBOSExecutor } = await import('@dbos-inc/dbos-sdk/internal/dbos-executor');
  await DBOSExecutor.globalInstance?.recoverPendingWorkflows([...serverIds]);
}

async function forgetEnded(before: Date): Promise<void> {
  const ended = await DBOS.listWorkflows({
    status: ['SUCCESS', 'ERROR', 'CANCELLED'],
    endTime: before.toISOString(),
    limit: 1_000,
    loadInput: false,
    loadOutput: false,
  });
  if (ended.length > 0) await DBOS.deleteWorkflows(ended.map((workflow) => workflow.workflowID));
}

function engineLog(log: Log, isStopping: () => boolean) {
  return {
    debug: (entry: unknown) => log.debug({}, String(entry)),
    // The engine tells of every start and recovery; to operators that is detail.
    info: (entry: unknown) => log.debug({}, String(entry)),
    // That it is stopped with workflows under way, it takes for odd; here they are meant to go on later.
    warn: (entry: unknown) => (isStopping() ? log.debug : log.warn).call(log, {}, String(entry)),
    error: (entry: unknown, metadata?: { stack?: string }) =>
      (isStopping() ? log.debug : log.error).call(log, { stack: metadata?.stack }, String(entry)),
  };
}
