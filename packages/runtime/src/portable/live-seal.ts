import {
  fail,
  frameLive,
  fromBase64Url,
  LIVE_CHECK_BYTES,
  LIVE_VERSION,
  readLiveFrame,
  SHARE_KEY_BYTES,
  type LiveFrame,
  type ShareAddress,
} from '@tabwright/protocol'

/** Seals the pieces of one epoch. */
export interface LiveSealer {
  /** The next piece; each has a number of its own, which is the nonce. */
  seal(piece: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>
}

/** A piece that was sealed, and where it belongs. */
export interface OpenedPiece {
  readonly epoch: number
  readonly counter: number
  readonly piece: Uint8Array<ArrayBuffer>
}

const IV_BYTES = 12
const COUNTER_AT = 8
const MOST = 0xffff_ffff

/**
 * A sealer for an epoch. Its key is the epoch's own, so that its numbers can begin at 0 again: never make two for one epoch.
 * @param of `expires`: when the link ends; 0: never
 */
export async function liveSealer(address: ShareAddress, of: { readonly epoch: number; readonly expires: number }): Promise<LiveSealer> {
  const keys = await keysOf(address)
  const content = await keys.content(of.epoch)
  let next = 0
  return {
    async seal(piece) {
      if (next > MOST) return fail('too_large', 'This live view has sent all that it may; begin another.')
      const place = { ...of, counter: next++, check: keys.check }
      const sealed = new Uint8Array(await crypto.subtle.encrypt(bound(address.id, place), content, piece))
      return frameLive({ ...place, sealed })
    },
  }
}

/** Opens what was sealed under the key of a link. @throws FailureError with one sentence: `bad_input`, `newer`, `cut`, `denied`, `damaged` */
export async function liveOpener(address: ShareAddress): Promise<(bytes: Uint8Array) => Promise<OpenedPiece>> {
  const keys = await keysOf(address)
  const contents = new Map<number, Promise<CryptoKey>>()
  return async (bytes) => {
    const frame = readLiveFrame(bytes)
    if (frame === 'other') return fail('bad_input', 'What came from this address is no shared session. Nothing of it is shown.')
    if (frame === 'newer') return fail('newer', 'This session is shared by a newer version of Tabwright than the one that shows it here.')
    if (frame === 'cut') return fail('cut', 'The session did not arrive whole. Load the page again.')
    if (keys.check.some((byte, at) => byte !== frame.check[at]))
      return fail('denied', 'The key in this link is not the one of this session. Ask for the link again, and copy all of it.')
    const { epoch, counter, sealed } = frame
    const content = contents.get(epoch) ?? keys.content(epoch)
    contents.set(epoch, content)
    try {
      const piece = new Uint8Array(await crypto.subtle.decrypt(bound(address.id, frame), await content, sealed))
      return { epoch, counter, piece }
    } catch (error) {
      // The platform does not say more than that it does not open.
      if (error instanceof DOMException && error.name === 'OperationError')
        return fail('damaged', 'This session was changed on its way, so nothing of it is shown. Ask for a new link.')
      throw error
    }
  }
}

interface LiveKeys {
  readonly check: Uint8Array<ArrayBuffer>
  readonly content: (epoch: number) => Promise<CryptoKey>
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

async function keysOf({ id, key }: ShareAddress): Promise<LiveKeys> {
  const bytes = fromBase64Url(key)
  if (bytes?.length !== SHARE_KEY_BYTES) return fail('bad_input', 'This link is cut off or mistyped. Ask for it again, and copy all of it.')
  const { subtle } = crypto
  const base = await subtle.importKey('raw', bytes, 'HKDF', false, ['deriveKey', 'deriveBits'])
  const how = (info: string): HkdfParams => ({ name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(`${info}|${id}`) })
  return {
    check: new Uint8Array(await subtle.deriveBits(how('tabwright live check'), base, LIVE_CHECK_BYTES * 8)),
    content: (epoch) =>
      subtle.deriveKey(how(`tabwright live content|${epoch}`), base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']),
  }
}

/** Name, epoch, number and end: a piece opens in no other place. */
function bound(id: string, { epoch, counter, expires, check }: Omit<LiveFrame, 'sealed'>): AesGcmParams {
  const iv = new Uint8Array(IV_BYTES)
  new DataView(iv.buffer).setUint32(COUNTER_AT, counter)
  const told = `tabwright-live|${LIVE_VERSION}|${id}|${epoch}|${counter}|${expires}|${Array.from(check).join('.')}`
  return { name: 'AES-GCM', iv, additionalData: utf8(told) }
}
