import { fail, type SessionId } from '@tabwright/protocol'

/** What a browser keeps to go on mirroring: it derives other keys and cannot be read, not by our own code either. */
export type MirrorKey = CryptoKey

/** Names and ciphertext of one session. Whoever has them and not the key knows how many parts there are and about how long each is. */
export interface MirrorSeal {
  /** The session's name at the relay. */
  readonly name: string
  /** Name of a part with this content. */
  partName(digest: string): Promise<string>
  seal(bytes: Uint8Array, part: string): Promise<Uint8Array<ArrayBuffer>>
  /** @throws FailureError `damaged` when it is not what was sealed under this name with this key */
  open(sealed: Uint8Array<ArrayBuffer>, part: string): Promise<Uint8Array>
}

/** The part name of a head. */
export const HEAD = 'head'

const FORM = 1
const IV_BYTES = 12
const LENGTH_BYTES = 4
const TAG_BYTES = 16
const SMALLEST = 4_096

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** @throws FailureError `unavailable` on a page that may not encrypt */
export async function mirrorKey(bytes: Uint8Array<ArrayBuffer>): Promise<MirrorKey> {
  return subtle().importKey('raw', bytes, 'HKDF', false, ['deriveKey'])
}

const INSECURE = 'This page is not secure (neither https nor localhost), so the browser does not let it encrypt a mirror.'

/** Why nothing can be sealed here; undefined where it can. */
export function sealingProblem(): string | undefined {
  return webCrypto() ? undefined : INSECURE
}

/** WebCrypto, which browsers give to secure pages only. */
function webCrypto(): SubtleCrypto | undefined {
  const platform: { readonly crypto?: { readonly subtle?: SubtleCrypto } } = globalThis
  return platform.crypto?.subtle
}

function subtle(): SubtleCrypto {
  return webCrypto() ?? fail('unavailable', INSECURE)
}

/** What seals the session of this id. */
export async function mirrorSeal(key: MirrorKey, session: SessionId): Promise<MirrorSeal> {
  const names = await derived(key, 'tabwright mirror names', { name: 'HMAC', hash: 'SHA-256', length: 256 })
  const name = await named(names, `session|${session}`)
  return sealUnder(key, { names, name })
}

/** What opens the session of this name, where its id is not known yet. */
export async function mirrorSealNamed(key: MirrorKey, name: string): Promise<MirrorSeal> {
  return sealUnder(key, { names: await derived(key, 'tabwright mirror names', { name: 'HMAC', hash: 'SHA-256', length: 256 }), name })
}

async function sealUnder(key: MirrorKey, { names, name }: { names: CryptoKey; name: string }): Promise<MirrorSeal> {
  // A key for each session: random 96-bit numbers of one key stay far from meeting.
  const content = await derived(key, `tabwright mirror content|${name}`, { name: 'AES-GCM', length: 256 })
  const bound = (iv: Uint8Array<ArrayBuffer>, part: string): AesGcmParams => ({
    name: 'AES-GCM',
    iv,
    additionalData: utf8(`tabwright-mirror|${FORM}|${name}|${part}`),
  })
  return {
    name,
    partName: (digest) => named(names, `part|${name}|${digest}`),
    async seal(bytes, part) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const sealed = await subtle().encrypt(bound(iv, part), content, padded(bytes))
      const whole = new Uint8Array(1 + IV_BYTES + sealed.byteLength)
      whole[0] = FORM
      whole.set(iv, 1)
      whole.set(new Uint8Array(sealed), 1 + IV_BYTES)
      return whole
    },
    async open(sealed, part) {
      if (sealed[0] !== FORM || sealed.length < 1 + IV_BYTES + TAG_BYTES + LENGTH_BYTES) return broken()
      const iv = sealed.slice(1, 1 + IV_BYTES)
      try {
        return unpadded(new Uint8Array(await subtle().decrypt(bound(iv, part), content, sealed.slice(1 + IV_BYTES))))
      } catch (error) {
        // The platform does not say more than that it does not open.
        if (error instanceof DOMException && error.name === 'OperationError') return broken()
        throw error
      }
    },
  }
}

function broken(): never {
  return fail(
    'damaged',
    'A part of the mirror does not open: it is of another recovery code, or it was changed. Nothing was restored from it.',
  )
}

function derived(key: MirrorKey, info: string, to: AesKeyGenParams | HmacKeyGenParams): Promise<CryptoKey> {
  const how = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: utf8(info) }
  return subtle().deriveKey(how, key, to, false, to.name === 'HMAC' ? ['sign'] : ['encrypt', 'decrypt'])
}

async function named(names: CryptoKey, text: string): Promise<string> {
  const mac = new Uint8Array(await subtle().sign('HMAC', names, utf8(text)))
  return Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Up to the next of eight steps to the next power of two: at most an eighth is added, and lengths become few. */
export function paddedLength(length: number): number {
  if (length <= SMALLEST) return SMALLEST
  const step = 2 ** (Math.floor(Math.log2(length)) - 3)
  return Math.ceil(length / step) * step
}

function padded(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(paddedLength(LENGTH_BYTES + bytes.length))
  new DataView(whole.buffer).setUint32(0, bytes.length, true)
  whole.set(bytes, LENGTH_BYTES)
  return whole
}

function unpadded(whole: Uint8Array): Uint8Array {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0, true)
  return length + LENGTH_BYTES <= whole.length ? whole.slice(LENGTH_BYTES, LENGTH_BYTES + length) : broken()
}
