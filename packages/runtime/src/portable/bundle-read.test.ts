import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { hashBytes, hashText } from '../io/hash-noble'
import { SESSION_LIMITS } from './archive-limits'
import { readBundle } from './bundle-read'
import { exportSession } from './portable'
import { inMemory, ports, SESSION, writerOf } from './session-under-test'

const MIB = 1024 * 1024

it('lets others have their turn within one large file, not only between files', async () => {
  const place = inMemory()
  await place.make()
  const append = await writerOf(place)
  // Hex of random bytes: it packs by half, so it is unpacked and not only copied.
  const bytes = new TextEncoder().encode(randomBytes(3 * MIB).toString('hex'))
  const after = { hash: hashBytes(bytes), bytes, mode: 'file', mtime: 1, version: 1 } as const
  const change = { path: 'large.txt', before: null, after: after.hash, added: 1, removed: 0 }
  await append([{ type: 'session.opened', data: { title: 'Large', project: 'blank' } }])
  await append([{ type: 'workspace.changed', data: { by: 'agent', changes: [change] } }], {
    files: [{ path: 'large.txt', before: null, after }],
  })
  const archive = await exportSession(SESSION, ports(place))
  expect(archive.length).toBeGreaterThan(3 * MIB)
  let turns = 0
  let isOver = false
  const others = (): void => {
    turns++
    if (!isOver) setImmediate(others)
  }
  setImmediate(others)
  const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  const { contents } = await readBundle(archive, { hash: hashText, limits: SESSION_LIMITS, breath })
  isOver = true
  // Compared as bytes: a matcher would look at each of six million numbers.
  expect(Buffer.compare(contents.get(after.hash) ?? new Uint8Array(), bytes)).toBe(0)
  // Some 50 packed pieces of 64 KiB, and 6 MiB to check and to hash, one at a time.
  expect(turns).toBeGreaterThan(50)
})
