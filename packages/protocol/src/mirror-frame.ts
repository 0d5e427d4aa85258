/** What a tab sends as the head of a mirrored session: the ciphertext, and the parts that it needs. */
export interface MirrorFrame {
  /** Names of parts, 64 hex digits each: meaningless to whoever has no key. */
  readonly parts: readonly string[]
  readonly head: Uint8Array
}

const COUNT_BYTES = 4
const NAME_BYTES = 32

/** Count, names, ciphertext: what the relay keeps is the ciphertext only. */
export function frameMirrorHead({ parts, head }: MirrorFrame): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(COUNT_BYTES + parts.length * NAME_BYTES + head.length)
  new DataView(whole.buffer).setUint32(0, parts.length)
  for (const [index, name] of parts.entries()) {
    for (let at = 0; at < NAME_BYTES; at++) {
      whole[COUNT_BYTES + index * NAME_BYTES + at] = Number.parseInt(name.slice(at * 2, at * 2 + 2), 16)
    }
  }
  whole.set(head, COUNT_BYTES + parts.length * NAME_BYTES)
  return whole
}

/** The frame in these bytes; undefined for what is none, as a head of a build that named no parts. */
export function readMirrorFrame(bytes: Uint8Array): MirrorFrame | undefined {
  if (bytes.length < COUNT_BYTES) return undefined
  const count = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const start = COUNT_BYTES + count * NAME_BYTES
  // A sealed head begins with its form, 1: read as a count it promises more than any request holds.
  if (start >= bytes.length) return undefined
  const names = Array.from({ length: count }, (_, index) =>
    hexOf(bytes.subarray(COUNT_BYTES + index * NAME_BYTES, COUNT_BYTES + (index + 1) * NAME_BYTES)),
  )
  return { parts: names, head: bytes.slice(start) }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
