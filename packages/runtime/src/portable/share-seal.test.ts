import { frameShare, readShareFrame, toBase64Url, type ShareAddress } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { openShare, sealShare } from './share-seal'

const random = (bytes: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(bytes))
const newAddress = (): ShareAddress => ({ id: toBase64Url(random(16)), key: toBase64Url(random(32)) })
const ARCHIVE = new TextEncoder().encode('an archive of a session')
const TIMES = { created: 1_000, expires: 9_000 }
const NOW = 5_000

describe('[O37] a sealed session', () => {
  it('opens with its link and says nothing without it', async () => {
    const address = newAddress()
    const sealed = await sealShare(ARCHIVE, address, TIMES)
    expect(await openShare(sealed, address, NOW)).toEqual(ARCHIVE)
    const raw = Buffer.from(sealed)
    for (const part of [Buffer.from('archive'), Buffer.from(address.key), Buffer.from(address.key, 'base64url')])
      expect(raw.includes(part)).toBe(false)
  })

  it('does not open with another key, and says that it is the key', async () => {
    const address = newAddress()
    const sealed = await sealShare(ARCHIVE, address, TIMES)
    await expect(openShare(sealed, { ...address, key: newAddress().key }, NOW)).rejects.toThrow('The key in this link is not the one')
    await expect(openShare(sealed, { ...address, key: address.key.slice(1) }, NOW)).rejects.toThrow('cut off or mistyped')
  })

  it('is refused with any bit turned, whichever it is', async () => {
    const address = newAddress()
    const sealed = await sealShare(ARCHIVE, address, TIMES)
    for (let at = 0; at < sealed.length; at++) {
      const turned = sealed.map((byte, n) => (n === at ? byte ^ (1 << (at % 8)) : byte))
      await expect(openShare(turned, address, NOW), `byte ${at}`).rejects.toThrow(/\.$/)
    }
    const inText = sealed.map((byte, n) => (n === sealed.length - 20 ? byte ^ 1 : byte))
    await expect(openShare(inText, address, NOW)).rejects.toThrow('was changed after it was shared')
  })

  it('is refused cut off, under the name of another, with another end, and of a newer version: each in its own sentence', async () => {
    const [address, other] = [newAddress(), newAddress()]
    const sealed = await sealShare(ARCHIVE, address, TIMES)
    await expect(openShare(sealed.slice(0, -5), address, NOW)).rejects.toThrow('did not arrive whole')
    await expect(openShare(sealed, { id: other.id, key: address.key }, NOW)).rejects.toThrow('The key in this link')
    const frame = readShareFrame(sealed)
    if (typeof frame === 'string') throw new Error(frame)
    await expect(openShare(frameShare({ ...frame, expires: 0 }), address, NOW)).rejects.toThrow('was changed')
    await expect(openShare(sealed, address, 9_000)).rejects.toThrow('is over')
    await expect(openShare(sealed.with(3, 2), address, NOW)).rejects.toThrow('newer version')
    await expect(openShare(new TextEncoder().encode('<html>no'), address, NOW)).rejects.toThrow('no shared session')
    await expect(openShare(new Uint8Array(26 * 1024 * 1024), address, NOW)).rejects.toThrow('is larger')
    await expect(sealShare(new Uint8Array(26 * 1024 * 1024), address, TIMES)).rejects.toThrow('Leave out files or pictures')
  })

  it('never has the number of another under the same key', async () => {
    const address = newAddress()
    const all = await Promise.all(Array.from({ length: 50 }, () => sealShare(ARCHIVE, address, TIMES)))
    const numbers = all.map((sealed) => {
      const frame = readShareFrame(sealed)
      return typeof frame === 'string' ? frame : Buffer.from(frame.iv).toString('hex')
    })
    expect(new Set(numbers).size).toBe(all.length)
  })
})
