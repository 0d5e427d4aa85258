import { DIRECTORY_LIMITS, type Json, sessionId, type Workspace } from '@tabwright/protocol'
import { describe, expect, it } from 'vitest'
import { openWorkspace } from '../../workspace/workspace'
import type { CallDirectory } from './directory'
import { DirectorySync } from './directory-sync'
import { readContents } from './read-contents'
import { remoteHands } from './remote-hands'

const workspace = (): Workspace =>
  openWorkspace({ entries: [], now: () => 0, loadBlob: () => Promise.reject(new Error('nothing is stored')) })
const signal = new AbortController().signal
const knows = (): Promise<boolean> => Promise.resolve(false)
const entry = (path: string): { path: string; kind: 'file'; permissions: number; mtime: number; size: number; stamp: string } => ({
  path,
  kind: 'file',
  permissions: 0o644,
  mtime: 0,
  size: 1,
  stamp: path,
})

const look = (page: (from: number) => Json): Promise<unknown> => {
  const call: CallDirectory = (_word, data) => Promise.resolve(page(JSON.parse(JSON.stringify(data)).from ?? 0))
  return new DirectorySync({ session: 'one', call, knows }).before(workspace().draft(), signal)
}

const read = (part: Json): Promise<unknown> => readContents(() => Promise.resolve({ parts: [part] }), [entry('a.txt')], signal)

describe('a directory whose answers have no end', () => {
  it('is not looked at on and on', async () => {
    const same = look(() => ({ look: 'one', entries: [entry('a.txt')], left: [], count: 1e9 }))
    await expect(same).rejects.toMatchObject({ failure: { code: 'unexpected' } })
    const page = (from: number): Json => Array.from({ length: DIRECTORY_LIMITS.page }, (_, n) => entry(`${from + n}.txt`))
    const more = look((from) => ({ look: 'one', entries: page(from), left: [], count: 1e9 }))
    await expect(more).rejects.toMatchObject({ failure: { code: 'too_large' } })
  })

  it('is not read on and on', async () => {
    const other = read({ path: 'b.txt', offset: 0, bytes: 'YQ==', size: 1, stamp: 'b' })
    await expect(other).rejects.toMatchObject({ failure: { code: 'unexpected' } })
    const endless = await read({ path: 'a.txt', offset: 0, bytes: 'YQ==', size: 1e12, stamp: 'a' })
    expect(endless).toEqual(new Map([['a.txt', { problem: 'a.txt has more than 50 MB; it stays in the directory.' }]]))
  })
})

it('a command that is stopped while it waits for another one waits no longer', async () => {
  let isAsked = (): void => undefined
  const asked = new Promise<void>((resolve) => (isAsked = resolve))
  const call: CallDirectory = () => {
    isAsked()
    return new Promise(() => undefined)
  }
  const hands = remoteHands({ directory: { name: 'shop', mark: 'm', identity: '', isConfined: true }, call, knows })
  const lease = await hands.provision(sessionId('one'), signal)
  void hands.bring(lease, workspace().draft(), signal)
  await asked
  const stop = new AbortController()
  const run = { signal: stop.signal, files: workspace().draft(), output: () => undefined }
  const waits = [hands.execute(lease, 'shell', { command: 'ls' }, run), hands.bring(lease, workspace().draft(), stop.signal)]
  stop.abort()
  const ends = await Promise.allSettled(waits)
  expect(ends).toMatchObject([{ reason: { failure: { code: 'aborted' } } }, { reason: { failure: { code: 'aborted' } } }])
})
