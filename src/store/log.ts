/** The part of a logger that the store uses; a pino logger fits. */
export interface StoreLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** A log that keeps nothing. */
export const silentLog: StoreLog = { debug: () => undefined, info: () => undefined, warn: () => undefined };
