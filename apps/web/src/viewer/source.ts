import { fail, forkHash, fromBase64Url, readLiveAddress, readShareAddress, type ShareAddress } from '@tabwright/protocol'
import { readSealed } from '@tabwright/relay-client'
import { openShare } from '@tabwright/runtime/shared'

/** Where the session that is shown comes from. */
export type Source = CopySource | LiveSource

/** A session that is followed while it goes on. */
export interface LiveSource {
  readonly type: 'live'
  readonly address: ShareAddress
}

/** A copy of a session. */
export interface CopySource {
  readonly type: 'copy'
  /** @throws FailureError with the sentence that is shown */
  readonly load: () => Promise<Uint8Array<ArrayBuffer>>
  /** The app's address that takes it over. */
  readonly forkAddress: string | undefined
}

/** What the page in one file was given with it; without it the address has all. */
const INSIDE = 'session'

/**
 * Reads what this page is to show out of the page itself and its address, and takes the key out of the address: neither the list of pages that
 * were visited nor a picture of the window is to have it.
 */
export function takeSource(): Source {
  const { pathname, hash, hostname, protocol, port } = location
  const inside = document.getElementById(INSIDE)
  history.replaceState(null, '', `${pathname}${location.search}`)
  if (inside !== null)
    return { type: 'copy', load: async () => bytesOf((inside.textContent ?? '').trim() || hash.slice(1)), forkAddress: undefined }
  const followed = readLiveAddress(pathname, hash)
  const address = followed ?? readShareAddress(pathname, hash)
  if (typeof address === 'string') return { type: 'copy', load: async () => fail('bad_input', WRONG[address]), forkAddress: undefined }
  if (followed !== undefined) return { type: 'live', address }
  const load = async (): Promise<Uint8Array<ArrayBuffer>> => openShare(await readSealed(address.id), address, Date.now())
  const isLocal = hostname === 'share.localhost'
  return {
    type: 'copy',
    load,
    forkAddress: isLocal ? `${protocol}//localhost${port === '' ? '' : `:${port}`}/${forkHash(address)}` : undefined,
  }
}

const WRONG = {
  'no-key':
    'This address has no key: the part behind the # is missing. Open the whole link once more; a page that was loaded again has no key any more.',
  cut: 'This link is cut off or mistyped. Ask for it again, and copy all of it.',
} as const

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64Url(text)
  return bytes === undefined || bytes.length === 0
    ? fail('bad_input', 'There is no session in this page or its address. Ask for the file or the link again.')
    : bytes
}
