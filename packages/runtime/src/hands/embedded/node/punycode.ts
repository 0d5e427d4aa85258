const BASE = 36
const [TMIN, TMAX, SKEW, DAMP] = [1, 26, 38, 700]

function adapted(given: number, count: number, isFirst: boolean): number {
  let delta = isFirst ? Math.floor(given / DAMP) : given >> 1
  delta += Math.floor(delta / count)
  let k = 0
  for (; delta > ((BASE - TMIN) * TMAX) >> 1; k += BASE) delta = Math.floor(delta / (BASE - TMIN))
  return k + Math.floor(((BASE - TMIN + 1) * delta) / (delta + SKEW))
}

const digitOf = (code: number): number => (code >= 97 ? code - 97 : code >= 65 ? code - 65 : code - 22)

/** The text that a label of a domain's name stands for, without `xn--` (RFC 3492). */
function decoded(label: string): string {
  const cut = label.lastIndexOf('-')
  const out = cut > 0 ? Array.from(label.slice(0, cut), (char) => char.codePointAt(0) ?? 0) : []
  let [n, i, bias] = [128, 0, 72]
  for (let at = cut > 0 ? cut + 1 : 0; at < label.length;) {
    const before = i
    for (let [weight, k] = [1, BASE]; ; k += BASE) {
      const digit = digitOf(label.charCodeAt(at++))
      i += digit * weight
      const threshold = k <= bias ? TMIN : k >= bias + TMAX ? TMAX : k - bias
      if (digit < threshold || at > label.length) break
      weight *= BASE - threshold
    }
    bias = adapted(i - before, out.length + 1, before === 0)
    n += Math.floor(i / (out.length + 1))
    i %= out.length + 1
    out.splice(i++, 0, n)
  }
  return String.fromCodePoint(...out)
}

/** A domain's name as it goes over the wire; empty where it is none. */
export function toAscii(name: string): string {
  return URL.canParse(`http://${name}`) ? new URL(`http://${name}`).hostname : ''
}

/** And as people read it. */
export function toUnicode(name: string): string {
  return toAscii(name)
    .split('.')
    .map((label) => (label.startsWith('xn--') ? decoded(label.slice(4)) : label))
    .join('.')
}
