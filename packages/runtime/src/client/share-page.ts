import { fail, SHARE_FILES, toBase64Url } from '@tabwright/protocol'

/** Where the page in one file takes the session from; `apps/web/src/viewer/source.ts` reads it. */
const PLACE = '<script type="application/octet-stream" id="session">'

/**
 * The page that shows a session, with the session in it. It is part of the app's build and comes from the app's own server.
 * @throws FailureError `unavailable` where this build has no such page, or it cannot be had
 */
export async function sharePage(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const response = await fetch(SHARE_FILES.whole).catch(() => undefined)
  const page = response?.ok === true ? await response.text() : ''
  const at = page.indexOf(PLACE)
  if (at < 0)
    return fail('unavailable', 'The page that shows a session could not be loaded from the server of this app. Try again when it answers.')
  const from = at + PLACE.length
  return `${page.slice(0, from)}${toBase64Url(bytes)}${page.slice(from)}`
}
