import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openShareStore } from './share-store'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tabwright-shares-'))
  folders.push(made)
  return made
}

const MARK = 'ciphertext-that-was-shared '
const TOKEN = 'ab'.repeat(32)

/** Everything on the disk, the log of writes too. */
function onDisk(data: string): string {
  return readdirSync(data)
    .map((name) => readFileSync(join(data, name), 'latin1'))
    .join('')
}

it('[O36] what was revoked, replaced or is over is gone from the disk, from the log of writes too', () => {
  const data = folder()
  let time = 1000
  const store = openShareStore(data, { bytes: 2 ** 28, shares: 10 }, () => time)
  const bytes = Buffer.from(MARK.repeat(2000))
  const other = Buffer.from('x'.repeat(100))
  store.put({ id: 'one', token: TOKEN, expires: 0, bytes })
  expect(onDisk(data)).toContain(MARK)
  expect(store.revoke('one', TOKEN)).toBe('done')
  expect(onDisk(data)).not.toContain(MARK)

  store.put({ id: 'two', token: TOKEN, expires: 0, bytes })
  store.put({ id: 'two', token: TOKEN, expires: 0, bytes: other })
  expect(onDisk(data)).not.toContain(MARK)

  store.put({ id: 'three', token: TOKEN, expires: 2000, bytes })
  time = 2000
  expect(store.open('three', true)).toBe('expired')
  expect(onDisk(data)).not.toContain(MARK)
  store.close()
})
