import { errorMessage } from './error-message.js';
import { ChatLibraryMissing } from './outside-chat.js';
import { type Refusal, refuse } from './reason.js';

/** Why a chat of others could not be opened, with what to do: what to install, or to mend. */
export function chatRefusal(platform: string, error: unknown): Refusal {
  if (error instanceof ChatLibraryMissing)
    return refuse('chat-library-missing', { platform, packages: [...error.packages] });
  return refuse('chat-not-opened', { platform, detail: errorMessage(error) });
}
