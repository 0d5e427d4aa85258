/**
 * Names under which the app's own server gives out the empty page that every page of a preview begins with, and its script, and nothing else. Each session has one, so
 * pages of two sessions are strangers to each other and to the app: no storage, no cookie, no worker in common. What a page is made of
 * comes from the session's workspace through the app, never from a server.
 */
const PREVIEW_HOST = /^[0-9a-f]{32}\.preview\.localhost(?::(\d+))?$/

/** What a preview's name gives out: the empty page for every page that is asked for, and its script. */
export const PREVIEW_FILES = { shell: '/__preview/shell.html', page: '/__preview/page.js' } as const

/**
 * The origin of a session's preview beside an app at `http://localhost:PORT`, or undefined for an app at any other address.
 * @param id 32 hexadecimal digits, another one for each session
 */
export function previewOrigin(
  app: { readonly hostname: string; readonly protocol: string; readonly port: string },
  id: string,
): string | undefined {
  if (app.hostname !== 'localhost' || app.protocol !== 'http:') return undefined
  return `http://${id}.preview.localhost${app.port === '' ? '' : `:${app.port}`}`
}

/** Whether a Host header, in lower case, is one of these names on this port. */
export function isPreviewHost(host: string, port: number): boolean {
  const found = PREVIEW_HOST.exec(host)
  return found !== null && Number(found[1] ?? 80) === port
}

/** Whether a path, with or without a query, is one of {@link PREVIEW_FILES}. */
export function isPreviewFile(path: string): boolean {
  const bare = path.split(/[?#]/, 1)[0]
  return Object.values(PREVIEW_FILES).some((file) => file === bare)
}
