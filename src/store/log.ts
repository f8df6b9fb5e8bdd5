/** The part of a logger that the store uses; a pino logger fits. */
export interface StoreLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A log that keeps nothing. */
export const silentLog: StoreLog = { info: () => undefined, warn: () => undefined };
