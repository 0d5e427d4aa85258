/**
 * One value in many spellings. Text and value are both brought down to small letters and digits, so that neither case nor anything put
 * between the letters hides a value; what is coded is looked for in its code.
 */

/** So long a value must be, squeezed, to be looked for: shorter ones are found everywhere. */
export const LEAST = 8

/** Small letters and digits alone. */
export function squeeze(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** Spellings of a value as they would stand in a squeezed text. Of a long value its halves too: cut once, one of them is whole. */
export function formsOf(value: string): ReadonlySet<string> {
  const parts = partsOf(value)
  const coded = [...parts, ...parts.map(reversed)].flatMap(codingsOf)
  const twice = base64Of(bytesOf(sextets(bytesOf(value))))
  return new Set([...coded, ...twice].map(squeeze).filter(({ length }) => length >= LEAST))
}

function codingsOf(text: string): readonly string[] {
  const bytes = bytesOf(text)
  return [text, hexOf(bytes), ...base64Of(bytes), ...base64Of(bytesOf(hexOf(bytes)))]
}

/** A value as it is passed on where nobody hides it: plain, in JSON, in an address, in hex, and in base64 wherever it begins. */
export function spellingsOf(value: string): ReadonlySet<string> {
  const bytes = bytesOf(value)
  const hex = hexOf(bytes)
  const base64 = base64Of(bytes)
  const inAddresses = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'))
  const percent = bytes.map((byte) =>
    isUnreserved(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
  )
  const all = [value, JSON.stringify(value).slice(1, -1), percent.join(''), hex, hex.toUpperCase(), ...base64, ...inAddresses]
  return new Set(all.filter(({ length }) => length >= LEAST))
}

const isUnreserved = (byte: number): boolean => /[A-Za-z0-9._~-]/.test(String.fromCharCode(byte))

/** The same text as whoever takes it apart reads it. */
export function viewsOf(text: string): readonly string[] {
  const views = [text]
  for (let decoded = percentDecoded(text); decoded !== views.at(-1) && views.length < MOST_DECODED; decoded = percentDecoded(decoded)) {
    views.push(decoded)
  }
  const unescaped = text.replaceAll(ESCAPE, (_all, x: string, u: string) => String.fromCharCode(Number.parseInt(x ?? u, 16)))
  return unescaped === text ? views : [...views, unescaped, unescaped.replaceAll(/\\./g, '')]
}

/** Text that was coded in here, as far as it can be read. For what is known by its shape, not by its value. */
export function decodedIn(text: string): readonly string[] {
  const views = viewsOf(text)
  const coded = views.flatMap((view) => [
    ...[...view.matchAll(BASE64_RUN)].flatMap(([run]) => [0, 1, 2, 3].map((from) => fromBase64(run.slice(from)))),
    ...[...view.matchAll(HEX_RUN)].flatMap(([run]) => [fromHex(run), fromHex(run.slice(1))]),
  ])
  return [...views, ...views.map(reversed), ...coded]
}

const MOST_DECODED = 4
const ESCAPE = /\\x([0-9a-f]{2})|\\u([0-9a-f]{4})/gi
const BASE64_RUN = /[A-Za-z0-9+/_-]{24,}/g
const HEX_RUN = /(?:[0-9a-f]{2}){12,}/gi

/** @returns the value, and its halves where each is long enough to mean something */
function partsOf(value: string): readonly string[] {
  const half = Math.floor(value.length / 2)
  return half >= LEAST_HALF ? [value, value.slice(0, half), value.slice(-half)] : [value]
}
const LEAST_HALF = 12

const reversed = (text: string): string => Array.from(text).toReversed().join('')

function percentDecoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function bytesOf(text: string): readonly number[] {
  const bytes: number[] = []
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
  }
  return bytes
}

const hexOf = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/** The characters that only these bytes decide, wherever among others they begin. Base64's other alphabet squeezes to the same. */
function base64Of(bytes: readonly number[]): readonly string[] {
  return [0, 1, 2].map((before) => {
    const first = Math.ceil((before * 8) / 6)
    const last = Math.floor(((before + bytes.length) * 8) / 6)
    return sextets([...Array.from({ length: before }, () => 0), ...bytes]).slice(first, last)
  })
}

function sextets(bytes: readonly number[]): string {
  let text = ''
  for (let bit = 0; bit < bytes.length * 8; bit += 6) {
    const at = bit >> 3
    const two = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    text += ALPHABET[(two >> (10 - (bit & 7))) & 63] ?? ''
  }
  return text
}

function fromBase64(run: string): string {
  let text = ''
  let bits = 0
  let held = 0
  for (const letter of run.replaceAll('-', '+').replaceAll('_', '/')) {
    held = ((held << 6) | ALPHABET.indexOf(letter)) & 0xffff
    bits += 6
    if (bits < 8) continue
    bits -= 8
    text += String.fromCharCode((held >> bits) & 0xff)
  }
  return text
}

function fromHex(run: string): string {
  return run.replaceAll(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)))
}
