/**
 * Names under which the app's own server gives out the locked frame and nothing else. A browser keeps a site in a process of its own, and
 * `a.localhost` and `b.localhost` are two: a sandbox that fills its memory takes its own process along and no other session's.
 * Browsers resolve every name below `localhost` to this machine themselves.
 */
const SANDBOX_HOST = /^sandbox-[0-9a-f]{16}\.localhost(?::(\d+))?$/

/**
 * The origin of a frame beside an app at `http://localhost:PORT`, or undefined for an app at any other address.
 * @param id sixteen hexadecimal digits, another one for each frame
 */
export function sandboxOrigin(
  app: { readonly hostname: string; readonly protocol: string; readonly port: string },
  id: string,
): string | undefined {
  if (app.hostname !== 'localhost' || app.protocol !== 'http:') return undefined
  return `http://sandbox-${id}.localhost${app.port === '' ? '' : `:${app.port}`}`
}

/** Whether a Host header, in lower case, is one of these names on this port. */
export function isSandboxHost(host: string, port: number): boolean {
  const found = SANDBOX_HOST.exec(host)
  return found !== null && Number(found[1] ?? 80) === port
}
