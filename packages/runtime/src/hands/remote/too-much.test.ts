import { type Json, sessionId, type Workspace } from '@tabwright/protocol'
import { expect, it } from 'vitest'
import { openWorkspace } from '../../workspace/workspace'
import type { CallDirectory } from './directory'
import { remoteHands } from './remote-hands'

const workspace = (): Workspace =>
  openWorkspace({ entries: [], now: () => 0, loadBlob: () => Promise.reject(new Error('nothing is stored')) })

/** A directory that is above the limit from the command `make` on, until `clean`. */
function directory(): CallDirectory {
  let isTooMuch = false
  let command = ''
  const answers: Readonly<Record<string, () => Json>> = {
    look: () => ({ look: 'one', entries: [], left: [], count: 0, ...(isTooMuch && { tooMuch: 'more than 20000 files' }) }),
    follow: () => ({ pieces: [['stdout', `${command}\n`]], end: { exitCode: 3, cwd: '/workspace', notes: [] } }),
  }
  return (word, data) => {
    if (word !== 'run') return Promise.resolve(answers[word]?.() ?? null)
    command = JSON.parse(JSON.stringify(data)).command
    if (command !== 'ls') isTooMuch = command === 'make'
    return Promise.resolve({ run: 'one' })
  }
}

it('a command in a directory above the limit says so with its own output, and one that removes what is too much runs', async () => {
  const { signal } = new AbortController()
  const hands = remoteHands({
    directory: { name: 'shop', mark: 'm', identity: '', isConfined: true },
    call: directory(),
    knows: () => Promise.resolve(false),
  })
  const lease = await hands.provision(sessionId('one'), signal)
  const run = (command: string): Promise<unknown> =>
    hands.execute(lease, 'shell', { command }, { signal, files: workspace().draft(), output: () => undefined })
  const said = /The directory has more than 20000 files .*Until then commands run there alone/
  const text = async (command: string): Promise<string> => {
    const result = await run(command)
    expect(result).toMatchObject({ exitCode: 3, text: expect.stringContaining(`${command}\n`) })
    return JSON.stringify(result)
  }
  expect(await text('make')).toMatch(said)
  expect(await text('ls')).toMatch(said)
  expect(await text('clean')).toMatch(said)
  expect(await text('ls')).not.toMatch(said)
})
