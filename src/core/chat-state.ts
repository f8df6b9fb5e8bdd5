/** What a chat's client has to remember across restarts, such as how far it has read; one namespace a platform. */
export interface ChatState {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}
