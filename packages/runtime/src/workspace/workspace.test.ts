import { blobHash, type BlobHash, type FileEntry } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { workspaceContract } from '../../../testkit/src/workspace-contract'
import { hashBytes, isBinary, textOf } from './bytes'
import { openWorkspace } from './workspace'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function stored(files: Readonly<Record<string, string>>): { entries: FileEntry[]; blobs: Map<BlobHash, Uint8Array> } {
  const blobs = new Map<BlobHash, Uint8Array>()
  const entries = Object.entries(files).map(([path, text]): FileEntry => {
    const content = bytes(text)
    const hash = hashBytes(content)
    blobs.set(hash, content)
    return { path, hash, size: content.length, mode: 'file', mtime: 0, version: 1 }
  })
  return { entries, blobs }
}

workspaceContract('in memory', (files) => {
  const { entries, blobs } = stored(files)
  return openWorkspace({ entries, now: () => 1, loadBlob: (hash) => Promise.resolve(blobs.get(hash) ?? bytes('')) })
})

describe('content', () => {
  it('is loaded once and then kept in memory', async () => {
    const { entries, blobs } = stored({ a: 'one' })
    let loads = 0
    const workspace = openWorkspace({
      entries,
      now: () => 1,
      loadBlob: (hash) => {
        loads++
        return Promise.resolve(blobs.get(hash) ?? bytes(''))
      },
    })
    await Promise.all([workspace.read('a'), workspace.read('a')])
    await workspace.read('a')
    expect(loads).toBe(1)
  })

  it('is asked for again after a failed load', async () => {
    const { entries, blobs } = stored({ a: 'one' })
    let broken = true
    const workspace = openWorkspace({
      entries,
      now: () => 1,
      loadBlob: (hash) => (broken ? Promise.reject(new Error('disk')) : Promise.resolve(blobs.get(hash) ?? bytes(''))),
    })
    await expect(workspace.read('a')).rejects.toThrow('disk')
    broken = false
    expect(textOf(await workspace.read('a'))).toBe('one')
  })

  it('is refused when the store gives other bytes than were asked for', async () => {
    const { entries } = stored({ a: 'one' })
    const workspace = openWorkspace({ entries, now: () => 1, loadBlob: () => Promise.resolve(bytes('forged')) })
    await expect(workspace.read('a')).rejects.toMatchObject({ failure: { code: 'unexpected' } })
  })

  it('is copied on the way in: writing into the caller’s array later changes nothing', async () => {
    const workspace = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('empty')) })
    const mine = bytes('one')
    const draft = workspace.draft()
    draft.write('a', mine)
    mine.fill(120)
    expect(textOf(await draft.read('a'))).toBe('one')
  })

  it('over 50 MB is refused by name and what was there is kept', async () => {
    const { entries, blobs } = stored({ 'big.bin': 'small' })
    const workspace = openWorkspace({ entries, now: () => 1, loadBlob: (hash) => Promise.resolve(blobs.get(hash) ?? bytes('')) })
    const draft = workspace.draft()
    expect(() => draft.write('big.bin', new Uint8Array(50_000_001))).toThrow(/big\.bin would be 51 MB/)
    expect(textOf(await draft.read('big.bin'))).toBe('small')
  })
})

describe('binary detection', () => {
  it('takes UTF-8 with and without a byte order mark as text and keeps the mark', () => {
    expect(textOf(bytes('héllo\n'))).toBe('héllo\n')
    expect(textOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe('\ufeffa')
  })

  it('takes a NUL or broken UTF-8 as binary', () => {
    expect(isBinary(bytes('a\0b'))).toBe(true)
    expect(isBinary(Uint8Array.of(0x61, 0xff, 0xfe))).toBe(true)
  })

  it('hashes with SHA-256', () => {
    expect(hashBytes(bytes('abc'))).toBe(blobHash('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'))
  })
})
