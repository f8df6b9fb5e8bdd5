/** What a newcomer reads once the server is ready: where to sign in, and three lines worth typing. */
export function greeting({ dir, signInUrl }: { readonly dir: string; readonly signInUrl: string }): string {
  return `
Packtrain is ready, with a workspace to try it in: ${dir}

  Open the chat, signed in:
    ${signInUrl}

  Three lines worth typing there:
    !pack why beans
    !pack diff house-packs beans feature/decaf
    !pack deploy house-packs beans feature/decaf

  The link is good once; \`npx packtrain login\` prints another. ${dir}/README.md
  says how to push a change of your own. Ctrl-C stops Packtrain.
`;
}
