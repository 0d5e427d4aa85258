/**
 * What `ws` takes from `bufferutil`, a native library, where that is there: taking the mask off what clients send, and putting it on. This one
 * goes a word at a time, where the library's own goes a byte at a time; for frames of some kilobytes that was a fifth of what a call cost
 * the relay. The build puts it in that place (`vite.config.ts`).
 */
export function unmask(buffer: Uint8Array, mask: Uint8Array): void {
  applyTo(buffer, mask)
}

/** The masked bytes of `source` from `offset` of `output` on. */
export function mask(...[source, key, output, offset, length]: [Uint8Array, Uint8Array, Uint8Array, number, number]): void {
  const into = output.subarray(offset, offset + length)
  into.set(source.subarray(0, length))
  applyTo(into, key)
}

/** Of fewer bytes the words cost more than they save. */
const SHORT = 256

function applyTo(bytes: Uint8Array, key: Uint8Array): void {
  if (bytes.length < SHORT) return each(bytes, key, { from: 0, to: bytes.length })
  const lead = Math.min(bytes.length, -bytes.byteOffset & 3)
  const words = (bytes.length - lead) >>> 2
  each(bytes, key, { from: 0, to: lead })
  // The key as it falls on the first whole word, in this machine's order of bytes.
  const turned = Uint8Array.of(key[lead & 3] ?? 0, key[(lead + 1) & 3] ?? 0, key[(lead + 2) & 3] ?? 0, key[(lead + 3) & 3] ?? 0)
  const [word = 0] = new Int32Array(turned.buffer)
  const whole = new Int32Array(bytes.buffer, bytes.byteOffset + lead, words)
  for (let at = 0; at < words; at++) whole[at] = (whole[at] ?? 0) ^ word
  each(bytes, key, { from: lead + words * 4, to: bytes.length })
}

function each(bytes: Uint8Array, key: Uint8Array, { from, to }: { readonly from: number; readonly to: number }): void {
  for (let at = from; at < to; at++) bytes[at] = (bytes[at] ?? 0) ^ (key[at & 3] ?? 0)
}
