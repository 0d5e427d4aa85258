/** A shared session as a browser sends it and a relay keeps it: what anybody may read, and what nobody can without the link. */
export interface ShareFrame {
  /** Wall clock of the sealing, milliseconds. */
  readonly created: number
  /** When it ends; 0: never. */
  readonly expires: number
  /** Tells a wrong key from a changed text. Made from the key, and says nothing about it. */
  readonly check: Uint8Array<ArrayBuffer>
  readonly iv: Uint8Array<ArrayBuffer>
  readonly sealed: Uint8Array<ArrayBuffer>
}

/** Raised by any change of the form or of what is sealed in it. */
export const SHARE_VERSION = 1

/** `TWS`, so that something else is not taken for a session. */
const MARK = [0x54, 0x57, 0x53] as const
const CHECK_BYTES = 16
const IV_BYTES = 12
const CREATED_AT = 4
const EXPIRES_AT = 12
const LENGTH_AT = 20
const CHECK_AT = 24
const IV_AT = CHECK_AT + CHECK_BYTES
const HEAD_BYTES = IV_AT + IV_BYTES

/** Names of shared sessions: 128 random bits. */
export const SHARE_ID = /^[A-Za-z0-9_-]{22}$/

/** Mark, version, times, length, check, nonce, ciphertext. */
export function frameShare({ created, expires, check, iv, sealed }: ShareFrame): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(HEAD_BYTES + sealed.length)
  const view = new DataView(whole.buffer)
  whole.set([...MARK, SHARE_VERSION])
  view.setBigUint64(CREATED_AT, BigInt(created))
  view.setBigUint64(EXPIRES_AT, BigInt(expires))
  view.setUint32(LENGTH_AT, sealed.length)
  whole.set(check, CHECK_AT)
  whole.set(iv, IV_AT)
  whole.set(sealed, HEAD_BYTES)
  return whole
}

/** The frame in these bytes, or what is wrong with them: `other` is none, `newer` is of a later form, `cut` has another length than it says. */
export function readShareFrame(bytes: Uint8Array): ShareFrame | 'other' | 'newer' | 'cut' {
  if (bytes.length < MARK.length) return 'cut'
  if (MARK.some((byte, at) => bytes[at] !== byte)) return 'other'
  const version = bytes[MARK.length]
  if (version !== undefined && version !== SHARE_VERSION) return version > SHARE_VERSION ? 'newer' : 'other'
  if (bytes.length < HEAD_BYTES) return 'cut'
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  if (view.getUint32(LENGTH_AT) !== bytes.length - HEAD_BYTES) return 'cut'
  return {
    created: Number(view.getBigUint64(CREATED_AT)),
    expires: Number(view.getBigUint64(EXPIRES_AT)),
    check: bytes.slice(CHECK_AT, IV_AT),
    iv: bytes.slice(IV_AT, HEAD_BYTES),
    sealed: bytes.slice(HEAD_BYTES),
  }
}
