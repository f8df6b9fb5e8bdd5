import { createHash } from 'node:crypto';
import type { Button, OutgoingMessage } from '../../../core/chat.js';
import { type ButtonPlace, proofOf } from './proof.js';
import { writtenText } from './text.js';

/** What a message is written with. */
export interface Pen {
  /** The names of those whom it mentions, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  /** The most characters that the server takes. */
  readonly most: number;
  readonly channel: string;
  /** Where presses of buttons are posted to; without it there are none. */
  readonly endpointUrl: string | undefined;
  /** The bot's token. */
  readonly token: string;
}

// Of what stands on a button.
const mostOfLabel = 80;

/** The part of a message that can be changed, in the API. */
export function mattermostMessage({ key, text, buttons = [] }: OutgoingMessage, pen: Pen) {
  const { endpointUrl } = pen;
  const actions =
    endpointUrl === undefined ? [] : buttons.map((button, at) => actionOf(button, { at, pen, endpointUrl }));
  return {
    message: writtenText(text, pen.names, pen.most),
    // Those of before are kept where none are named.
    props: { attachments: actions.length === 0 ? [] : [{ actions }], packtrain: keyOf(key) },
  };
}

interface ActionPlace {
  readonly at: number;
  readonly pen: Pen;
  readonly endpointUrl: string;
}

function actionOf({ label, value, style }: Button, { at, pen, endpointUrl }: ActionPlace) {
  const place: ButtonPlace = { channel: pen.channel, value };
  return {
    // Letters and digits only: it stands in an address.
    id: `packtrain${at}`,
    type: 'button',
    name: label.slice(0, mostOfLabel),
    style: style ?? 'default',
    integration: { url: endpointUrl, context: { value, proof: proofOf(pen.token, place) } },
  };
}

/** A message's key, as it goes with the message. */
export function keyOf(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 40);
}
