/** A remote's address without the user of a web address, whose name may be a token. The user of ssh stays: it is needed. */
export function withoutUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/iu, '$1').replace(/^(ssh:\/\/[^/@:]*):[^/@]*@/iu, '$1@');
}
