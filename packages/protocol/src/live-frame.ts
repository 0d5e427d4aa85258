/** A piece of a session that is followed while it goes on, as a browser sends it and a relay passes it on: sealed. */
export interface LiveFrame {
  /** Each time the owner begins anew is another one, with a key of its own. */
  readonly epoch: number
  /** Number of the piece in its epoch, from 0 on, and the nonce. */
  readonly counter: number
  /** When the link ends; 0: never. */
  readonly expires: number
  /** Tells a wrong key from a changed text. Made from the key, and says nothing about it. */
  readonly check: Uint8Array<ArrayBuffer>
  readonly sealed: Uint8Array<ArrayBuffer>
}

/** Raised by any change of the form or of what is sealed in it. */
export const LIVE_VERSION = 1
/** Bytes of a check. */
export const LIVE_CHECK_BYTES = 16

/** `TWL`, so that something else is not taken for one. */
const MARK = [0x54, 0x57, 0x4c] as const
const EPOCH_AT = 4
const COUNTER_AT = 8
const EXPIRES_AT = 12
const LENGTH_AT = 20
const CHECK_AT = 24
const HEAD_BYTES = CHECK_AT + LIVE_CHECK_BYTES

/** Mark, version, epoch, counter, end, length, check, ciphertext. */
export function frameLive({ epoch, counter, expires, check, sealed }: LiveFrame): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(HEAD_BYTES + sealed.length)
  const view = new DataView(whole.buffer)
  whole.set([...MARK, LIVE_VERSION])
  view.setUint32(EPOCH_AT, epoch)
  view.setUint32(COUNTER_AT, counter)
  view.setBigUint64(EXPIRES_AT, BigInt(expires))
  view.setUint32(LENGTH_AT, sealed.length)
  whole.set(check, CHECK_AT)
  whole.set(sealed, HEAD_BYTES)
  return whole
}

/** The frame in these bytes, or what is wrong with them: `other` is none, `newer` is of a later form, `cut` has another length than it says. */
export function readLiveFrame(bytes: Uint8Array): LiveFrame | 'other' | 'newer' | 'cut' {
  if (bytes.length < MARK.length) return 'cut'
  if (MARK.some((byte, at) => bytes[at] !== byte)) return 'other'
  const version = bytes[MARK.length]
  if (version !== undefined && version !== LIVE_VERSION) return version > LIVE_VERSION ? 'newer' : 'other'
  if (bytes.length < HEAD_BYTES) return 'cut'
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (view.getUint32(LENGTH_AT) !== bytes.length - HEAD_BYTES) return 'cut'
  return {
    epoch: view.getUint32(EPOCH_AT),
    counter: view.getUint32(COUNTER_AT),
    expires: Number(view.getBigUint64(EXPIRES_AT)),
    check: bytes.slice(CHECK_AT, HEAD_BYTES),
    sealed: bytes.slice(HEAD_BYTES),
  }
}
