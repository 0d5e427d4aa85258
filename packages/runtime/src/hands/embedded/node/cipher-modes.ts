import { unsafe } from '@noble/ciphers/aes.js'
import { ghash } from '@noble/ciphers/_polyval.js'

/** A cipher under way: bytes in, bytes out, whatever pieces they come in. */
export interface Running {
  update(bytes: Uint8Array): Uint8Array
  final(): Uint8Array
  /** Of modes that vouch for what they carry. */
  readonly tag?: () => Uint8Array
  readonly more?: (associated: Uint8Array) => void
}

export type Direction = 'encrypt' | 'decrypt'

const BLOCK = 16

/** What OpenSSL says of bytes that do not fit. */
export const failed = (code: string, message: string): Error => Object.assign(new Error(message), { code })
const wrongLength = (): Error => failed('ERR_OSSL_WRONG_FINAL_BLOCK_LENGTH', 'error:1C80006B:Provider routines::wrong final block length')
const badDecrypt = (): Error => failed('ERR_OSSL_BAD_DECRYPT', 'error:1C800064:Provider routines::bad decrypt')

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length + b.length)
  out.set(a)
  out.set(b, a.length)
  return out
}

/** One block of the key's permutation. */
function blockOf(key: Uint8Array, direction: Direction): (block: Uint8Array) => Uint8Array {
  const expanded = direction === 'encrypt' ? unsafe.expandKeyLE(key) : unsafe.expandKeyDecLE(key)
  const turn = direction === 'encrypt' ? unsafe.encryptBlock : unsafe.decryptBlock
  return (block) => turn(expanded, block.slice())
}

/** Bytes without the padding at their end. @throws where there is none */
function unpadded(block: Uint8Array): Uint8Array {
  const size = block.at(-1) ?? 0
  if (size === 0 || size > BLOCK || block.subarray(BLOCK - size).some((byte) => byte !== size)) throw badDecrypt()
  return block.subarray(0, BLOCK - size)
}

/** Electronic codebook and chained blocks. @param iv undefined: blocks do not hang together */
export function blocks(
  how: { readonly key: Uint8Array; readonly iv: Uint8Array | undefined; readonly direction: Direction },
  isPadded: () => boolean,
): Running {
  const { key, direction } = how
  const turn = blockOf(key, direction)
  let before = how.iv
  let rest: Uint8Array = new Uint8Array()
  const one = (block: Uint8Array): Uint8Array => {
    const input = direction === 'encrypt' && before !== undefined ? block.map((byte, i) => byte ^ (before?.[i] ?? 0)) : block
    const out = turn(input)
    if (before === undefined) return out
    const made = direction === 'encrypt' ? out : out.map((byte, i) => byte ^ (before?.[i] ?? 0))
    before = direction === 'encrypt' ? made : block.slice()
    return made
  }
  return {
    update(bytes) {
      const all = joined(rest, bytes)
      // The last block may be padding: it waits for the end.
      const isHeld = direction === 'decrypt' && isPadded() && all.length % BLOCK === 0 && all.length > 0
      const size = all.length - (all.length % BLOCK) - (isHeld ? BLOCK : 0)
      const out = new Uint8Array(size)
      for (let at = 0; at < size; at += BLOCK) out.set(one(all.subarray(at, at + BLOCK)), at)
      rest = all.slice(size)
      return out
    },
    final() {
      if (!isPadded()) {
        if (rest.length > 0) throw wrongLength()
        return rest
      }
      if (direction === 'decrypt') {
        if (rest.length !== BLOCK) throw wrongLength()
        return unpadded(one(rest))
      }
      const padding = BLOCK - rest.length
      return one(joined(rest, new Uint8Array(padding).fill(padding)))
    },
  }
}

/** Counts in the last `width` bytes, as the mode has it. */
function counted(counter: Uint8Array, width: number): void {
  for (let at = BLOCK - 1; at >= BLOCK - width; at--) {
    const next = ((counter[at] ?? 0) + 1) & 0xff
    counter[at] = next
    if (next !== 0) return
  }
}

/** A stream of bytes that both directions are mixed with. */
export function counting(key: Uint8Array, start: Uint8Array, width = BLOCK): Running {
  const turn = blockOf(key, 'encrypt')
  const counter = start.slice()
  let stream: Uint8Array = new Uint8Array()
  return {
    update: (bytes) =>
      bytes.map((byte) => {
        if (stream.length === 0) {
          stream = turn(counter)
          counted(counter, width)
        }
        const mask = stream[0] ?? 0
        stream = stream.subarray(1)
        return byte ^ mask
      }),
    final: () => new Uint8Array(),
  }
}

const padded = (bytes: Uint8Array): Uint8Array => joined(bytes, new Uint8Array((BLOCK - (bytes.length % BLOCK)) % BLOCK))

function lengths(first: number, second: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(BLOCK))
  view.setBigUint64(0, BigInt(first) * 8n)
  view.setBigUint64(8, BigInt(second) * 8n)
  return new Uint8Array(view.buffer)
}

/** Galois counter mode, piece by piece; `gcm` of the library takes all at once. */
export function galois(how: { readonly key: Uint8Array; readonly iv: Uint8Array; readonly direction: Direction }): Running {
  const { key, iv, direction } = how
  const turn = blockOf(key, 'encrypt')
  const hashKey = turn(new Uint8Array(BLOCK))
  const first = iv.length === 12 ? joined(iv, new Uint8Array([0, 0, 0, 1])) : ghash(joined(padded(iv), lengths(0, iv.length)), hashKey)
  const start = first.slice()
  counted(start, 4)
  const stream = counting(key, start, 4)
  let associated: Uint8Array = new Uint8Array()
  const hash: { readonly pieces: Uint8Array[]; size: number } = { pieces: [], size: 0 }
  return {
    update(bytes) {
      const out = stream.update(bytes)
      const carried = direction === 'encrypt' ? out : bytes
      hash.pieces.push(carried.slice())
      hash.size += carried.length
      return out
    },
    final: () => new Uint8Array(),
    more: (bytes) => {
      associated = joined(associated, bytes)
    },
    tag: () => {
      const all = new Uint8Array(hash.size)
      let at = 0
      for (const piece of hash.pieces) {
        all.set(piece, at)
        at += piece.length
      }
      const sum = ghash(joined(joined(padded(associated), padded(all)), lengths(associated.length, all.length)), hashKey)
      const mask = turn(first)
      return sum.map((byte, i) => byte ^ (mask[i] ?? 0))
    },
  }
}
