/** For how long a code counts, in milliseconds. */
export const codeMs = 10 * 60_000;

/** For how long an account's wrong codes count, in milliseconds. */
export const missesCountMs = 15 * 60_000;

/** After so many wrong codes an account has to wait. */
export const mostMisses = 5;
