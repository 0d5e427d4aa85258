import { type DirectoryChange } from '@tabwright/protocol'
import { WIRE_LIMITS } from '@tabwright/protocol/relay'
import { expect, it } from 'vitest'
import { openWorkspace } from '../../workspace/workspace'
import { packed } from './change-packs'

it('what goes to a directory goes in calls that a frame holds, by bytes and by keys', async () => {
  const draft = openWorkspace({ entries: [], now: () => 1, loadBlob: () => Promise.reject(new Error('nothing is stored')) }).draft()
  const paths = Array.from({ length: 2600 }, (_, n) => (n < 600 ? `${'d'.repeat(150)}/`.repeat(12) : '') + `${n}.txt`)
  for (const path of paths) draft.write(path, new TextEncoder().encode('x'))
  const changes = paths.map((path): DirectoryChange => ({ type: 'file', path, seen: null, kind: 'file', permissions: 0o644, mtime: 1, bytes: '', hasParts: false })) // prettier-ignore
  const packs = await packed(draft, changes)
  expect(packs.flat().map(({ path }) => path)).toEqual(paths)
  for (const pack of packs) {
    const text = JSON.stringify({ session: 's', items: pack })
    expect(text.length).toBeLessThan(WIRE_LIMITS.frame - 10_000)
    expect(text.split('":').length).toBeLessThan(WIRE_LIMITS.keys - 100)
  }
})
