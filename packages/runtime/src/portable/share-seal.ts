import { fail, frameShare, fromBase64Url, readShareFrame, SHARE_KEY_BYTES, SHARE_VERSION, type ShareAddress } from '@tabwright/protocol'
import { SESSION_LIMITS } from './archive-limits'

/** What is bound to a sealed session beside its key: nobody can give it another name or another end. */
export interface ShareTimes {
  readonly created: number
  /** 0: never. */
  readonly expires: number
}

const CHECK_BITS = 128
const IV_BYTES = 12
/** What is put around an archive. */
const AROUND = 1_024

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** Why nothing can be sealed or opened here; undefined where it can. */
export function shareProblem(): string | undefined {
  return webCrypto()
    ? undefined
    : 'This page is not secure (neither https nor localhost), so the browser does not let it encrypt or decrypt a session.'
}

/** Seals an archive under the key of a link. @throws FailureError `unavailable`, `too_large` */
export async function sealShare(
  archive: Uint8Array<ArrayBuffer>,
  address: ShareAddress,
  times: ShareTimes,
): Promise<Uint8Array<ArrayBuffer>> {
  if (archive.length > SESSION_LIMITS.packed) fail('too_large', tooLarge('Leave out files or pictures.'))
  const { content, check } = await keysOf(address)
  // Never given from outside: under one key two texts with one number would open each other.
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const sealed = new Uint8Array(await subtle().encrypt(bound(iv, address.id, { ...times, check }), content, archive))
  return frameShare({ ...times, check, iv, sealed })
}

/**
 * The archive in a sealed session. Nothing of it is given out unless all of it is what was sealed.
 * @throws FailureError with one sentence that says what is wrong: `bad_input` for what is none, `newer`, `cut`, `too_large`, `not_found` when its
 * time is over, `denied` for another key, `damaged` when it was changed, `unavailable`
 */
export async function openShare(bytes: Uint8Array, address: ShareAddress, now: number): Promise<Uint8Array<ArrayBuffer>> {
  if (bytes.length > SESSION_LIMITS.packed + AROUND) fail('too_large', tooLarge('Nothing of it is shown.'))
  const frame = readShareFrame(bytes)
  if (frame === 'other') return fail('bad_input', 'What came from this address is no shared session. Nothing of it is shown.')
  if (frame === 'newer') return fail('newer', 'This session was shared by a newer version of Tabwright than the one that shows it here.')
  if (frame === 'cut') return fail('cut', 'The session did not arrive whole. Load the page again.')
  const { content, check } = await keysOf(address)
  if (check.some((byte, at) => byte !== frame.check[at]))
    return fail('denied', 'The key in this link is not the one of this session. Ask for the link again, and copy all of it.')
  try {
    const { iv, sealed, created, expires } = frame
    const opened = new Uint8Array(await subtle().decrypt(bound(iv, address.id, { created, expires, check }), content, sealed))
    if (expires !== 0 && expires <= now) return fail('not_found', 'The time for which this session was shared is over. Ask for a new link.')
    return opened
  } catch (error) {
    // The platform does not say more than that it does not open.
    if (error instanceof DOMException && error.name === 'OperationError')
      return fail('damaged', 'This session was changed after it was shared, so nothing of it is shown. Ask for a new link.')
    throw error
  }
}

function tooLarge(what: string): string {
  return `A shared session may have ${SESSION_LIMITS.packed / 1024 / 1024} MiB packed; this one is larger. ${what}`
}

interface ShareKeys {
  readonly content: CryptoKey
  readonly check: Uint8Array<ArrayBuffer>
}

async function keysOf({ id, key }: ShareAddress): Promise<ShareKeys> {
  const bytes = fromBase64Url(key)
  if (bytes?.length !== SHARE_KEY_BYTES) return fail('bad_input', 'This link is cut off or mistyped. Ask for it again, and copy all of it.')
  const base = await subtle().importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits'])
  const how = (info: string): HkdfParams => ({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(`${info}|${id}`) })
  const [content, check] = await Promise.all([
    subtle().deriveKey(how('tabwright share content'), base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
    subtle().deriveBits(how('tabwright share check'), base, CHECK_BITS),
  ])
  return { content, check: new Uint8Array(check) }
}

function bound(iv: Uint8Array<ArrayBuffer>, id: string, of: ShareTimes & Pick<ShareKeys, 'check'>): AesGcmParams {
  const told = `tabwright-share|${SHARE_VERSION}|${id}|${of.created}|${of.expires}|${Array.from(of.check).join('.')}`
  return { name: 'AES-GCM', iv, additionalData: utf8(told) }
}

/** WebCrypto, which browsers give to secure pages only. */
function webCrypto(): SubtleCrypto | undefined {
  const platform: { readonly crypto?: { readonly subtle?: SubtleCrypto } } = globalThis
  return platform.crypto?.subtle
}

function subtle(): SubtleCrypto {
  return webCrypto() ?? fail('unavailable', shareProblem() ?? '')
}
