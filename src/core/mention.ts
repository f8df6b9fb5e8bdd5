/** The line without a mention of the bot at its beginning, and whether there was one. */
export function withoutMention(text: string, botName: string): { text: string; addressed: boolean } {
  const name = botName.toLowerCase();
  const lower = text.toLowerCase();
  for (const mention of [`@${name}`, `${name}:`, `${name},`]) {
    const after = text.slice(mention.length);
    if (lower.startsWith(mention) && !/^\w/.test(after))
      return { text: after.replace(/^[:,]?\s*/, ''), addressed: true };
  }
  return { text, addressed: false };
}
