const BASE = 36
const FIRST = 128
/** A label of a name is no longer. */
const LONGEST = 63

/** A host as people write it: `xn--bcher-kva.example` is `bücher.example`. What is no such name comes back as it is. */
export function hostAsWritten(host: string): string {
  return host
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decoded(label.slice(4)) ?? label) : label))
    .join('.')
}

/** RFC 3492; undefined for what is not coded so. */
function decoded(label: string): string | undefined {
  if (label.length > LONGEST) return undefined
  const end = label.lastIndexOf('-')
  const letters = Array.from(label.slice(0, Math.max(0, end)), (letter) => letter.codePointAt(0) ?? 0)
  let code = FIRST
  let at = 0
  let bias = 72
  for (let next = end < 0 ? 0 : end + 1; next < label.length;) {
    const before = at
    for (let weight = 1, k = BASE; ; k += BASE) {
      const digit = digitOf(label[next++])
      if (digit === undefined) return undefined
      at += digit * weight
      const limit = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias
      if (digit < limit) break
      weight *= BASE - limit
    }
    const count = letters.length + 1
    bias = adapted(at - before, count, before === 0)
    code += Math.floor(at / count)
    at %= count
    if (code > 0x10ffff) return undefined
    letters.splice(at++, 0, code)
  }
  return String.fromCodePoint(...letters)
}

function digitOf(letter: string | undefined): number | undefined {
  const digit = 'abcdefghijklmnopqrstuvwxyz0123456789'.indexOf(letter?.toLowerCase() ?? '-')
  return digit < 0 ? undefined : digit
}

function adapted(delta: number, count: number, isFirst: boolean): number {
  let left = isFirst ? Math.floor(delta / 700) : delta >> 1
  left += Math.floor(left / count)
  let k = 0
  for (; left > 455; k += BASE) left = Math.floor(left / 35)
  return k + Math.floor((36 * left) / (left + 38))
}
