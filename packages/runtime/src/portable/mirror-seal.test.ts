import { failureOf, sessionId } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { HEAD, mirrorKey, mirrorSeal, mirrorSealNamed, paddedLength } from './mirror-seal'
import { KEY_BYTES, keyOfCode, recoveryCode } from './recovery-code'

const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes))
const SESSION = sessionId('one')

it('gives a key back from its code, however it is written down', () => {
  for (let i = 0; i < 200; i++) {
    const key = random(KEY_BYTES)
    const code = recoveryCode(key)
    expect(code).toHaveLength(14 * 4 + 13)
    expect(keyOfCode(code)).toEqual(key)
    expect(keyOfCode(` ${code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')}\n`)).toEqual(key)
  }
})

it('finds every slip of one character in a code', () => {
  const code = recoveryCode(random(KEY_BYTES))
  for (let at = 0; at < code.length; at++) {
    if (code[at] === '-') continue
    const slip = `${code.slice(0, at)}${code[at] === '7' ? '8' : '7'}${code.slice(at + 1)}`
    expect(() => keyOfCode(slip)).toThrow(/slip/)
    expect(() => keyOfCode(`${code.slice(0, at)}U${code.slice(at + 1)}`)).toThrow(/no code has/)
  }
  expect(() => keyOfCode(code.slice(1))).toThrow(/another length/)
})

it('hides lengths in steps that add an eighth at most', () => {
  const lengths = new Set<number>()
  for (let length = 0; length <= 4_000_000; length += 997) {
    const padded = paddedLength(length)
    expect(padded).toBeGreaterThanOrEqual(length)
    if (length > 4_096) expect(padded).toBeLessThanOrEqual(length * 1.125 + 1)
    lengths.add(padded)
  }
  expect(lengths.size).toBeLessThan(100)
})

it('opens only what was sealed for this session and this part, and never seals alike', async () => {
  const key = await mirrorKey(random(KEY_BYTES))
  const seal = await mirrorSeal(key, SESSION)
  const text = new TextEncoder().encode('the same words')
  const sealed = await seal.seal(text, HEAD)
  expect(await seal.open(sealed, HEAD)).toEqual(text)
  expect(await (await mirrorSealNamed(key, seal.name)).open(sealed, HEAD)).toEqual(text)
  expect(await seal.seal(text, HEAD)).not.toEqual(sealed)
  const another = await mirrorSeal(key, sessionId('two'))
  const stranger = await mirrorSeal(await mirrorKey(random(KEY_BYTES)), SESSION)
  expect(new Set([seal.name, another.name, stranger.name]).size).toBe(3)
  for (const open of [
    () => seal.open(sealed, 'a'.repeat(64)),
    () => another.open(sealed, HEAD),
    () => stranger.open(sealed, HEAD),
    () => seal.open(sealed.slice(0, 20), HEAD),
    () => seal.open(new Uint8Array(), HEAD),
  ])
    expect(await open().catch(failureOf)).toMatchObject({ code: 'damaged' })
})

it('keeps a key that nobody can read', async () => {
  const key = await mirrorKey(random(KEY_BYTES))
  expect(key.extractable).toBe(false)
  await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
})
