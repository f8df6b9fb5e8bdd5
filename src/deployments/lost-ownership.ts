import { DBOSWorkflowConflictError, Error as engineErrors } from '@dbos-inc/dbos-sdk';

/**
 * Whether an error says that this server no longer owns the workflow. That is no failure of the step: another server
 * goes on with it, and undoing anything here would undo the new owner's work.
 */
export function isLostOwnership(error: unknown): boolean {
  return (
    error instanceof DBOSWorkflowConflictError || error instanceof engineErrors.DBOSWorkflowCancelledError
  );
}
